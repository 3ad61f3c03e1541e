package dev.sluice.protocol.agent;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.sluice.core.Mode;
import dev.sluice.core.Payload;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.command.CommandMessage;
import dev.sluice.delivery.mailbox.Outbound;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Frames to bytes: everything the gateway says to an agent. Pure; any thread. */
public final class AgentFrames {
    private static final int TYPICAL_FRAME = 256;

    private AgentFrames() {}

    /** {@code register_success}. */
    static Payload registered(@Nullable String requestId, Registered registered, Instant now) {
        return frame("register_success", requestId, now, out -> writeRegistered(out, registered));
    }

    /** The fields that {@code register_success} and the HTTP answer share. */
    public static void writeRegistered(JsonGenerator out, Registered registered) throws IOException {
        String clusterId = registered.presence().clusterId().toString();
        out.writeStringField("cluster_id", clusterId);
        out.writeStringField("cluster_uuid", clusterId);
        out.writeStringField("name", registered.presence().cluster().name());
        out.writeStringField("status", "registered");
        out.writeStringField("tunnel_url", registered.tunnelUrl());
        out.writeNumberField("workspace_id", registered.presence().cluster().workspaceId());
        out.writeStringField(
                "registered_at", registered.presence().cluster().registeredAt().toString());
    }

    static Payload heartbeatAck(@Nullable String requestId, Instant now) {
        return frame("heartbeat_ack", requestId, now, out -> out.writeStringField("received_at", now.toString()));
    }

    static Payload pong(@Nullable String requestId, Instant now) {
        return frame("pong", requestId, now, out -> {});
    }

    static Payload switchTo(Mode mode, String reason, Duration within, Instant now) {
        return frame("switch", null, now, out -> {
            out.writeStringField("mode", mode.wire());
            out.writeStringField("reason", reason);
            out.writeNumberField("within_ms", within.toMillis());
        });
    }

    static Payload error(@Nullable String requestId, SluiceException problem, Instant now) {
        return frame("error", requestId, now, out -> {
            out.writeStringField("error", problem.detail());
            out.writeStringField("code", problem.code().slug());
            if (problem.field() != null) {
                out.writeStringField("field", problem.field());
            }
        });
    }

    /** A {@code command} frame; its {@code request_id} is the command's id. */
    static Payload command(Outbound outbound, Instant now) {
        CommandMessage command = (CommandMessage) outbound.message();
        return frame("command", command.id().toString(), now, out -> writeCommand(out, command, outbound.attempt()));
    }

    /** The same command as it stands in a poll's answer: the bare object. */
    public static Payload polledCommand(Outbound outbound) {
        return bytes(out -> writeCommand(out, (CommandMessage) outbound.message(), outbound.attempt()));
    }

    private static void writeCommand(JsonGenerator out, CommandMessage command, int attempt) throws IOException {
        out.writeStringField("id", command.id().toString());
        out.writeStringField("type", command.type());
        out.writeFieldName("payload");
        // Accepted as valid JSON; passed on as it came.
        out.writeRawValue(command.payload());
        out.writeStringField("created_at", command.createdAt().toString());
        out.writeNumberField("attempt", attempt);
    }

    /** Writes fields into an object that is already open. */
    @FunctionalInterface
    public interface Body {
        void write(JsonGenerator out) throws IOException;
    }

    private static Payload frame(String type, @Nullable String requestId, Instant now, Body payload) {
        return bytes(out -> {
            out.writeStringField("type", type);
            if (requestId != null) {
                out.writeStringField("request_id", requestId);
            }
            out.writeObjectFieldStart("payload");
            payload.write(out);
            out.writeEndObject();
            out.writeStringField("timestamp", now.toString());
        });
    }

    /** An object as a text payload. */
    public static Payload bytes(Body body) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder(Json.FACTORY._getBufferRecycler(), TYPICAL_FRAME)) {
            try (JsonGenerator out = Json.FACTORY.createGenerator(bytes)) {
                out.writeStartObject();
                body.write(out);
                out.writeEndObject();
            }
            return Payload.text(bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail to be written
        }
    }
}
