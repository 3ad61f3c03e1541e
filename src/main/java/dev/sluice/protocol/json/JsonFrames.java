package dev.sluice.protocol.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.sluice.core.Payload;
import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Values to bytes: frames {@code {"type","request_id"?,"payload","timestamp"}} as the agents' and the native protocol
 * have them, and bare objects. Pure; any thread.
 */
public final class JsonFrames {
    private static final int TYPICAL_FRAME = 256;

    private JsonFrames() {}

    /** Writes into an object, or an array, that is already open. */
    @FunctionalInterface
    public interface Body {
        void write(JsonGenerator out) throws IOException;
    }

    public static Payload frame(String type, @Nullable String requestId, Instant now, Body payload) {
        return bytes(out -> writeFrame(out, type, requestId, now, payload));
    }

    /** The fields of a frame, for those that have more than these at their top. */
    public static void writeFrame(JsonGenerator out, String type, @Nullable String requestId, Instant now, Body payload)
            throws IOException {
        out.writeStringField("type", type);
        if (requestId != null) {
            out.writeStringField("request_id", requestId);
        }
        out.writeObjectFieldStart("payload");
        payload.write(out);
        out.writeEndObject();
        out.writeStringField("timestamp", now.toString());
    }

    /** The payload of an {@code error} frame. */
    public static void writeError(JsonGenerator out, SluiceException problem) throws IOException {
        out.writeStringField("error", problem.detail());
        out.writeStringField("code", problem.code().slug());
        if (problem.field() != null) {
            out.writeStringField("field", problem.field());
        }
    }

    /** An object as a text payload. */
    public static Payload bytes(Body body) {
        return written(out -> {
            out.writeStartObject();
            body.write(out);
            out.writeEndObject();
        });
    }

    /** An array as a text payload. */
    public static Payload array(Body body) {
        return written(out -> {
            out.writeStartArray();
            body.write(out);
            out.writeEndArray();
        });
    }

    private static Payload written(Body value) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder(Json.FACTORY._getBufferRecycler(), TYPICAL_FRAME)) {
            try (JsonGenerator out = Json.FACTORY.createGenerator(bytes)) {
                value.write(out);
            }
            return Payload.text(bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail to be written
        }
    }
}
