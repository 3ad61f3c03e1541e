package dev.sluice.protocol.sluice;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.core.Mode;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a client is told that begins a session or takes one up again.
 *
 * @param sessionId a secret of the client's
 * @param clientId the name it goes by, where it has one of its own
 * @param recovered whether the session was there before, and stands as it stood
 * @param reason why it is served in that mode
 * @param grace how long the session waits for its client
 */
public record Welcome(
        String sessionId,
        String resumeToken,
        @Nullable String clientId,
        boolean recovered,
        Mode mode,
        String reason,
        Urls urls,
        Duration pingInterval,
        Duration grace) {

    /** Where the session is to be reached, each way. */
    public record Urls(String webSocket, String poll, String sse) {}

    /** The fields, as they stand in a {@code welcome} frame and bare in an HTTP answer. */
    public void write(JsonGenerator out) throws IOException {
        out.writeStringField("session_id", sessionId);
        out.writeStringField("resume_token", resumeToken);
        if (clientId != null) {
            out.writeStringField("client_id", clientId);
        }
        out.writeBooleanField("recovered", recovered);
        writeServing(out, mode, reason, urls);
        out.writeNumberField("ping_interval_ms", pingInterval.toMillis());
        out.writeNumberField("grace_ms", grace.toMillis());
    }

    /** How the client is served and where: in every answer to a poll as well. */
    public static void writeServing(JsonGenerator out, Mode mode, String reason, Urls urls) throws IOException {
        boolean webSocket = mode == Mode.WEBSOCKET;
        out.writeStringField("mode", mode.wire());
        out.writeStringField("reason", reason);
        out.writeBooleanField("websocket_available", webSocket);
        out.writeBooleanField("fallback_mode", !webSocket);
        out.writeStringField("websocket_url", urls.webSocket());
        out.writeStringField("poll_url", urls.poll());
        out.writeStringField("sse_url", urls.sse());
    }
}
