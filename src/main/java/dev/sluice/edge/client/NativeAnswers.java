package dev.sluice.edge.client;

import dev.sluice.core.Payload;
import dev.sluice.delivery.channel.SessionCursor;
import dev.sluice.edge.gate.Serving;
import dev.sluice.edge.http.Body;
import dev.sluice.protocol.json.JsonFrames;
import dev.sluice.protocol.sluice.Welcome;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bodies of the native clients' HTTP answers. */
final class NativeAnswers {
    private static final byte[] MESSAGES = "{\"messages\":[".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CURSOR = "],\"cursor\":\"".getBytes(StandardCharsets.US_ASCII);

    private NativeAnswers() {}

    /** The welcome's payload bare, with the cursor that the client goes on from. */
    static Payload welcome(Welcome welcome, SessionCursor at) {
        return JsonFrames.bytes(out -> {
            welcome.write(out);
            out.writeStringField("cursor", at.text());
        });
    }

    /**
     * A poll's answer: frames as they are, and how the client is served by now. Put together from bytes that are there:
     * this is what is written for every delivery.
     *
     * @param servedAs as {@link #servedAs} gives it
     */
    static Body messages(List<Payload> frames, SessionCursor cursor, byte[] servedAs) {
        byte[] at = new byte[cursor.length()];
        cursor.put(at, 0);
        return new Messages(frames, at, servedAs);
    }

    private record Messages(List<Payload> frames, byte[] cursor, byte[] servedAs) implements Body {
        @Override
        public int size() {
            int size =
                    MESSAGES.length + Math.max(0, frames.size() - 1) + CURSOR.length + cursor.length + servedAs.length;
            for (Payload frame : frames) {
                size += frame.size();
            }
            return size;
        }

        @Override
        public void putInto(ByteBuf buffer) {
            buffer.writeBytes(MESSAGES);
            for (int i = 0; i < frames.size(); i++) {
                if (i > 0) {
                    buffer.writeByte(',');
                }
                buffer.writeBytes(frames.get(i).bytes());
            }
            buffer.writeBytes(CURSOR).writeBytes(cursor).writeBytes(servedAs);
        }
    }

    /** What stands behind the cursor, from its closing quote to the end. */
    static byte[] servedAs(Serving serving, Welcome.Urls urls) {
        String fields = JsonFrames.bytes(out -> Welcome.writeServing(out, serving.mode(), serving.reason(), urls))
                .asString();
        return ("\"," + fields.substring(1)).getBytes(StandardCharsets.UTF_8);
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
