package dev.sluice.edge.client;

import dev.sluice.core.Payload;
import dev.sluice.delivery.channel.SessionCursor;
import dev.sluice.edge.gate.Serving;
import dev.sluice.protocol.json.JsonFrames;
import dev.sluice.protocol.sluice.Welcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bodies of the native clients' HTTP answers. */
final class NativeAnswers {
    private NativeAnswers() {}

    /** The welcome's payload bare, with the cursor that the client goes on from. */
    static Payload welcome(Welcome welcome, SessionCursor at) {
        return JsonFrames.bytes(out -> {
            welcome.write(out);
            out.writeStringField("cursor", at.text());
        });
    }

    /** A poll's answer: frames as they are, and how the client is served by now. */
    static Payload messages(List<Payload> frames, String cursor, Serving serving, Welcome.Urls urls) {
        return JsonFrames.bytes(out -> {
            out.writeArrayFieldStart("messages");
            for (Payload frame : frames) {
                out.writeRawValue(frame.asString());
            }
            out.writeEndArray();
            out.writeStringField("cursor", cursor);
            Welcome.writeServing(out, serving.mode(), serving.reason(), urls);
        });
    }

    /** How to connect, asked before the first connection. */
    static Payload connect(
            Serving serving, Welcome.Urls urls, String ticket, @Nullable String clientId, NativeSettings settings) {
        return JsonFrames.bytes(out -> {
            if (clientId != null) {
                out.writeStringField("client_id", clientId);
            }
            Welcome.writeServing(out, serving.mode(), serving.reason(), urls);
            out.writeStringField("resume_token", ticket);
            out.writeNumberField(
                    "ping_interval_ms", settings.socket().pingEvery().toMillis());
            out.writeNumberField("poll_wait_seconds", SessionPoll.USUAL_WAIT_SECONDS);
            out.writeNumberField("grace_ms", settings.grace().toMillis());
            out.writeNumberField("expires_in_ms", settings.grace().toMillis());
        });
    }
}
