package dev.sluice.protocol.sluice;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.Payload;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.protocol.json.Fields;
import dev.sluice.protocol.json.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Bytes to frames. Two forms are understood, as both are in the field: {@code {"type","request_id"?,"payload":{…}}} and
 * the flat one of old clients, {@code {"type":"subscribe","channel":"updates"}}. Unknown fields are ignored.
 */
public final class SluiceCodec {
    private static final int MAX_REQUEST_ID = 256;
    private static final int MAX_TYPE = 64;

    private SluiceCodec() {}

    /**
     * Reads one message.
     *
     * @throws SluiceException {@code malformed-json}, {@code invalid-request}, {@code missing-field} or
     *     {@code invalid-field}
     */
    static SluiceFrame decode(Payload message) {
        if (!message.text()) {
            throw new SluiceException(ProblemCode.INVALID_REQUEST, "Messages are JSON text frames.");
        }
        return of(parse(message));
    }

    private static JsonNode parse(Payload message) {
        try (JsonParser parser = Json.FACTORY.createParser(message.bytes())) {
            JsonNode tree = Json.MAPPER.readTree(parser);
            if (tree == null || parser.nextToken() != null) {
                throw new SluiceException(ProblemCode.MALFORMED_JSON, "One message holds one JSON object.");
            }
            return tree;
        } catch (IOException e) {
            throw new SluiceException(ProblemCode.MALFORMED_JSON, "The message is not valid JSON.");
        }
    }

    /**
     * Reads a frame that is parsed already, e.g. one of several in a request's body.
     *
     * @throws SluiceException as {@link #decode}
     */
    public static SluiceFrame of(JsonNode frame) {
        if (!frame.isObject()) {
            throw new SluiceException(ProblemCode.MALFORMED_JSON, "The message must be a JSON object.");
        }
        String type = Fields.requiredText(frame, "type", MAX_TYPE);
        JsonNode nested = Fields.optionalObject(frame, "payload");
        return new SluiceFrame(type, requestId(frame), nested == null ? frame : nested);
    }

    /** Numbers are understood as well, and repeated as a string. */
    private static @Nullable String requestId(JsonNode frame) {
        JsonNode value = frame.get("request_id");
        if (value != null && value.isIntegralNumber()) {
            return Fields.bounded("request_id", value.asText(), MAX_REQUEST_ID);
        }
        return Fields.optionalText(frame, "request_id", MAX_REQUEST_ID);
    }

    /** The id in a message that is not good otherwise, so that its sender learns which one that was; null for none. */
    static @Nullable String requestIdOf(Payload message) {
        try {
            return message.text() ? requestId(parse(message)) : null;
        } catch (SluiceException unreadable) {
            return null;
        }
    }
}
