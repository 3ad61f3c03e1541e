package dev.sluice.protocol.sluice;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.core.Mode;
import dev.sluice.core.Payload;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.channel.Gap;
import dev.sluice.delivery.channel.Placed;
import dev.sluice.delivery.channel.PresenceChange;
import dev.sluice.delivery.channel.Publication;
import dev.sluice.delivery.channel.Publication.Format;
import dev.sluice.delivery.channel.Reply;
import dev.sluice.delivery.channel.SessionCursor;
import dev.sluice.delivery.channel.StreamPosition;
import dev.sluice.delivery.channel.Subscribed;
import dev.sluice.delivery.channel.Unsubscribed;
import dev.sluice.delivery.mailbox.Message;
import dev.sluice.delivery.mailbox.Outbound;
import dev.sluice.protocol.json.ChannelFields;
import dev.sluice.protocol.json.JsonFrames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Messages to bytes: everything the gateway says to a native client. A frame is made without its cursor, once, and may
 * be shared; each session's cursor is put into a copy. Pure; any thread.
 */
public final class SluiceFrames {
    private static final byte[] CURSOR = ",\"cursor\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\"}".getBytes(StandardCharsets.US_ASCII);

    private SluiceFrames() {}

    // --- what is in mailboxes ---

    /** A message of a session's mailbox, with the cursor of a client that has it. */
    public static Payload encode(String sessionEpoch, Outbound outbound) {
        return encode(outbound, SessionCursor.of(sessionEpoch, outbound));
    }

    /** The same with that cursor, where it is at hand. */
    public static Payload encode(Outbound outbound, SessionCursor cursor) {
        Payload frame = frameOf(Placed.unwrap(outbound.message()));
        byte[] whole = room(frame, cursor.length());
        int end = cursor.put(whole, frame.size() - 1 + CURSOR.length);
        System.arraycopy(END, 0, whole, end, END.length);
        return Payload.text(whole);
    }

    /** That cursor alone, as clients see it. */
    public static String cursorOf(String sessionEpoch, Outbound outbound) {
        return SessionCursor.of(sessionEpoch, outbound).text();
    }

    private static Payload frameOf(Message message) {
        if (message instanceof Publication publication) {
            return publication.encoded(Format.SLUICE, SluiceFrames::event);
        }
        if (message instanceof Reply reply) {
            return reply.frame();
        }
        if (message instanceof Subscribed subscribed) {
            return subscribed(subscribed);
        }
        if (message instanceof Unsubscribed unsubscribed) {
            return frame(
                    "unsubscribed",
                    unsubscribed.requestId(),
                    unsubscribed,
                    out -> out.writeStringField(
                            "channel", unsubscribed.channel().value()));
        }
        if (message instanceof PresenceChange change) {
            return presence(change);
        }
        if (message instanceof Gap gap) {
            return gap(gap);
        }
        throw new IllegalArgumentException(message.getClass().getName());
    }

    private static Payload event(Publication publication) {
        return frame("event", null, publication, out -> {
            out.writeStringField("channel", publication.channel().value());
            out.writeStringField("event", publication.event());
            writeData(out, publication.data());
            ChannelFields.writePlace(out, publication.place());
        });
    }

    /** JSON goes out as it came in. Binary is said in base64, and that it is. */
    private static void writeData(JsonGenerator out, Payload data) throws IOException {
        if (data.text()) {
            out.writeFieldName("data");
            out.writeRawValue(data.asString());
        } else {
            out.writeStringField("data_base64", Base64.getEncoder().encodeToString(data.bytes()));
        }
    }

    private static Payload subscribed(Subscribed subscribed) {
        return frame(
                "subscribed",
                subscribed.requestId(),
                subscribed,
                out -> ChannelFields.writeSubscribed(out, subscribed));
    }

    private static Payload gap(Gap gap) {
        return frame("gap", null, gap, out -> ChannelFields.writeGap(out, gap));
    }

    private static Payload presence(PresenceChange change) {
        return frame("presence", null, change, out -> ChannelFields.writePresence(out, change));
    }

    private static Payload frame(String type, @Nullable String requestId, Message message, JsonFrames.Body payload) {
        return JsonFrames.frame(type, requestId, Instant.ofEpochMilli(message.appendedAt()), payload);
    }

    // --- answers that go through the mailbox ---

    static Reply ack(@Nullable String requestId, Instant now, JsonFrames.Body payload) {
        return new Reply(JsonFrames.frame("ack", requestId, now, payload), now.toEpochMilli());
    }

    /** {@code ack} of a publication, with its place. */
    static Reply published(@Nullable String requestId, String channel, StreamPosition place, Instant now) {
        return ack(requestId, now, out -> {
            out.writeStringField("channel", channel);
            ChannelFields.writePlace(out, place);
        });
    }

    /** {@code ack} of a message, with what the application said to it. */
    static Reply answered(@Nullable String requestId, @Nullable Payload data, Instant now) {
        return ack(requestId, now, out -> {
            if (data != null) {
                writeData(out, data);
            }
        });
    }

    static Reply failed(@Nullable String requestId, SluiceException problem, Instant now) {
        return new Reply(
                JsonFrames.frame("error", requestId, now, out -> JsonFrames.writeError(out, problem)),
                now.toEpochMilli());
    }

    // --- what is said past the mailbox, with the cursor of what was sent last ---

    public static Payload welcome(Welcome welcome, SessionCursor at, Instant now) {
        return withCursor(JsonFrames.frame("welcome", null, now, welcome::write), at.text());
    }

    static Payload pong(@Nullable String requestId, String cursor, Instant now) {
        return withCursor(JsonFrames.frame("pong", requestId, now, out -> {}), cursor);
    }

    static Payload error(@Nullable String requestId, SluiceException problem, String cursor, Instant now) {
        return withCursor(
                JsonFrames.frame("error", requestId, now, out -> JsonFrames.writeError(out, problem)), cursor);
    }

    /** Asks the client to come back another way, with what it has. */
    public static Payload switchTo(
            Mode mode, String reason, Duration within, String resumeToken, String cursor, Instant now) {
        return withCursor(
                JsonFrames.frame("switch", null, now, out -> {
                    out.writeStringField("mode", mode.wire());
                    out.writeStringField("reason", reason);
                    out.writeNumberField("within_ms", within.toMillis());
                    out.writeStringField("resume_token", resumeToken);
                }),
                cursor);
    }

    /** @param cursor plain characters that JSON needs no escape for */
    private static Payload withCursor(Payload frame, String cursor) {
        byte[] text = cursor.getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = room(frame, text.length);
        System.arraycopy(text, 0, whole, frame.size() - 1 + CURSOR.length, text.length);
        System.arraycopy(END, 0, whole, whole.length - END.length, END.length);
        return Payload.text(whole);
    }

    /** The frame up to where its cursor begins, and room for that and what closes it. */
    private static byte[] room(Payload frame, int cursor) {
        byte[] open = frame.bytes();
        int length = open.length - 1;
        byte[] whole = new byte[length + CURSOR.length + cursor + END.length];
        System.arraycopy(open, 0, whole, 0, length);
        System.arraycopy(CURSOR, 0, whole, length, CURSOR.length);
        return whole;
    }
}
