package dev.sluice.protocol.agent;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.core.Mode;
import dev.sluice.core.Payload;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.command.CommandMessage;
import dev.sluice.delivery.mailbox.Outbound;
import dev.sluice.protocol.json.JsonFrames;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Frames to bytes: everything the gateway says to an agent. Pure; any thread. */
public final class AgentFrames {
    private AgentFrames() {}

    /** {@code register_success}. */
    static Payload registered(@Nullable String requestId, Registered registered, Instant now) {
        return JsonFrames.frame("register_success", requestId, now, out -> writeRegistered(out, registered));
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
        return JsonFrames.frame(
                "heartbeat_ack", requestId, now, out -> out.writeStringField("received_at", now.toString()));
    }

    static Payload pong(@Nullable String requestId, Instant now) {
        return JsonFrames.frame("pong", requestId, now, out -> {});
    }

    static Payload switchTo(Mode mode, String reason, Duration within, Instant now) {
        return JsonFrames.frame("switch", null, now, out -> {
            out.writeStringField("mode", mode.wire());
            out.writeStringField("reason", reason);
            out.writeNumberField("within_ms", within.toMillis());
        });
    }

    static Payload error(@Nullable String requestId, SluiceException problem, Instant now) {
        return JsonFrames.frame("error", requestId, now, out -> JsonFrames.writeError(out, problem));
    }

    /** A {@code command} frame; its {@code request_id} is the command's id. */
    static Payload command(Outbound outbound, Instant now) {
        CommandMessage command = (CommandMessage) outbound.message();
        return JsonFrames.frame(
                "command", command.id().toString(), now, out -> writeCommand(out, command, outbound.attempt()));
    }

    /** The same command as it stands in a poll's answer: the bare object. */
    public static Payload polledCommand(Outbound outbound) {
        return JsonFrames.bytes(out -> writeCommand(out, (CommandMessage) outbound.message(), outbound.attempt()));
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
}
