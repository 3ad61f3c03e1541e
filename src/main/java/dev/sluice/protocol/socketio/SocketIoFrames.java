package dev.sluice.protocol.socketio;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.Payload;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.channel.Gap;
import dev.sluice.delivery.channel.Placed;
import dev.sluice.delivery.channel.PresenceChange;
import dev.sluice.delivery.channel.Publication;
import dev.sluice.delivery.channel.Publication.Format;
import dev.sluice.delivery.channel.SessionCursor;
import dev.sluice.delivery.channel.StreamPosition;
import dev.sluice.delivery.channel.Subscribed;
import dev.sluice.delivery.channel.Unsubscribed;
import dev.sluice.delivery.mailbox.Message;
import dev.sluice.delivery.mailbox.Outbound;
import dev.sluice.protocol.json.ChannelFields;
import dev.sluice.protocol.json.JsonFrames;
import dev.sluice.protocol.socketio.SocketIoPacket.Type;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages to packets, each with the digit of Engine.IO's message in front. An event is encoded once, without its
 * namespace and without an end; each session puts both around a copy, and the offset behind the arguments where its
 * client may come back to it. Pure; any thread.
 */
final class SocketIoFrames {
    private static final byte[] EVENT = {'4', '2'};
    private static final byte[] ONE_ATTACHMENT = {'4', '5', '1', '-'};
    private static final byte[] CLOSE = {']'};
    private static final byte[] OFFSET = ",\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OFFSET_END = "\"]".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NO_DATA = {};

    private SocketIoFrames() {}

    // ---- what is in mailboxes

    /** The message as one packet; null where it takes several, or none. {@code prefix} as {@link #prefix} says. */
    static @Nullable Payload encodeOne(Outbound outbound, byte[] prefix, @Nullable String epoch) {
        Message message = Placed.unwrap(outbound.message());
        if (!(message instanceof Publication publication) || !publication.data().text()) {
            return null;
        }
        return event(publication.encoded(Format.SOCKET_IO, SocketIoFrames::event), EVENT, prefix, epoch, outbound);
    }

    /** The message as packets. */
    static void encode(Outbound outbound, byte[] prefix, @Nullable String epoch, List<Payload> into) {
        Message message = Placed.unwrap(outbound.message());
        if (message instanceof Publication publication) {
            boolean binary = !publication.data().text();
            Payload json = publication.encoded(Format.SOCKET_IO, SocketIoFrames::event);
            into.add(event(json, binary ? ONE_ATTACHMENT : EVENT, prefix, epoch, outbound));
            if (binary) {
                into.add(publication.data());
            }
            return;
        }
        if (message instanceof Subscribed still && still.recovered()) {
            // A library that recovered knows its rooms.
            return;
        }
        SocketIoMessage said = message instanceof SocketIoMessage own ? own : notice(message);
        if (said.carriesOffset()) {
            byte[] head = head(said.type(), said.attachments().size());
            into.add(event(said.json(), head, prefix, epoch, outbound));
        } else {
            into.add(packet(said.type(), said.attachments().size(), prefix, said.id(), said.json(), ends(said.type())));
        }
        into.addAll(said.attachments());
    }

    /** An event, with the place of a client that has it where that may come back; made for every delivery. */
    private static Payload event(Payload json, byte[] head, byte[] prefix, @Nullable String epoch, Outbound outbound) {
        SessionCursor cursor = epoch == null ? null : SessionCursor.of(epoch, outbound);
        int end = cursor == null ? CLOSE.length : OFFSET.length + cursor.length() + OFFSET_END.length;
        byte[] packet = new byte[head.length + prefix.length + json.size() + end];
        int at = put(packet, 0, head);
        at = put(packet, at, prefix);
        at = put(packet, at, json.bytes());
        if (cursor == null) {
            put(packet, at, CLOSE);
        } else {
            at = put(packet, at, OFFSET);
            at = cursor.put(packet, at);
            put(packet, at, OFFSET_END);
        }
        return Payload.text(packet);
    }

    /** Whether it made sense on a connection that is gone, and on no other. */
    static boolean isOfAnother(Outbound outbound, Object connection) {
        return Placed.unwrap(outbound.message()) instanceof SocketIoMessage said
                && said.only() != null
                && said.only() != connection;
    }

    private static byte[] ends(Type type) {
        return type == Type.EVENT || type == Type.ACK ? CLOSE : NO_DATA;
    }

    /** {@code emit(event, data, {"channel","epoch","offset"})}, so that a client of several rooms knows its place. */
    private static Payload event(Publication publication) {
        return array(out -> {
            out.writeString(nameOf(publication.event()));
            if (publication.data().text()) {
                out.writeRawValue(publication.data().asString());
            } else {
                out.writeTree(SocketIoArgs.placeholder(0));
            }
            writePlace(out, publication.channel().value(), publication.place());
        });
    }

    /** A client library takes a reserved name for a broken packet and leaves, only to be told the same again. */
    static String nameOf(String event) {
        return SocketIoNames.RESERVED.contains(event) ? "sluice:" + event : event;
    }

    private static void writePlace(JsonGenerator out, String channel, StreamPosition place) throws IOException {
        out.writeStartObject();
        out.writeStringField("channel", channel);
        ChannelFields.writePlace(out, place);
        out.writeEndObject();
    }

    // ---- what a session says unasked

    private static SocketIoMessage notice(Message message) {
        if (message instanceof Subscribed subscribed) {
            return notice(message, "subscribed", out -> ChannelFields.writeSubscribed(out, subscribed));
        }
        if (message instanceof Unsubscribed unsubscribed) {
            return notice(
                    message,
                    "unsubscribed",
                    out -> out.writeStringField(
                            "channel", unsubscribed.channel().value()));
        }
        if (message instanceof Gap gap) {
            return notice(message, "gap", out -> ChannelFields.writeGap(out, gap));
        }
        if (message instanceof PresenceChange change) {
            return notice(message, "presence", out -> ChannelFields.writePresence(out, change));
        }
        throw new IllegalArgumentException(message.getClass().getName());
    }

    private static SocketIoMessage notice(Message message, String event, JsonFrames.Body body) {
        Payload json = array(out -> {
            out.writeString(event);
            out.writeStartObject();
            body.write(out);
            out.writeEndObject();
        });
        return new SocketIoMessage(Type.EVENT, SocketIoPacket.NO_ID, json, List.of(), message.appendedAt(), null);
    }

    // ---- what a socket says

    /** An event to one socket. */
    static SocketIoMessage emit(String event, SocketIoArgs args, long id, long now, @Nullable Object only) {
        Payload json = array(out -> {
            out.writeString(nameOf(event));
            for (JsonNode arg : args.values()) {
                out.writeTree(arg);
            }
        });
        return new SocketIoMessage(Type.EVENT, id, json, args.attachments(), now, only);
    }

    /** The answer to an event whose sender waits for one. */
    static SocketIoMessage ack(long id, SocketIoArgs args, long now, Object only) {
        Payload json = array(out -> {
            for (JsonNode arg : args.values()) {
                out.writeTree(arg);
            }
        });
        return new SocketIoMessage(Type.ACK, id, json, args.attachments(), now, only);
    }

    static SocketIoMessage ack(long id, JsonFrames.Body fields, long now, Object only) {
        Payload json = array(out -> {
            out.writeStartObject();
            fields.write(out);
            out.writeEndObject();
        });
        return new SocketIoMessage(Type.ACK, id, json, List.of(), now, only);
    }

    /** {@code {"error","code"}}. */
    static SocketIoMessage failed(long id, SluiceException why, long now, Object only) {
        return ack(id, out -> JsonFrames.writeError(out, why), now, only);
    }

    /** The answer to CONNECT: the socket's id, and what it may come back with where that is on. */
    static SocketIoMessage connected(String sid, @Nullable String pid, long now, Object only) {
        Payload json = JsonFrames.bytes(out -> {
            out.writeStringField("sid", sid);
            if (pid != null) {
                out.writeStringField("pid", pid);
            }
        });
        return new SocketIoMessage(Type.CONNECT, SocketIoPacket.NO_ID, json, List.of(), now, only);
    }

    // ---- what goes ahead of mailboxes

    static Payload packet(byte[] prefix, SocketIoMessage said) {
        return packet(said.type(), 0, prefix, said.id(), said.json(), ends(said.type()));
    }

    static Payload connectError(byte[] prefix, SluiceException why, boolean withCode) {
        Payload json = JsonFrames.bytes(out -> {
            out.writeStringField("message", why.detail());
            if (withCode) {
                out.writeObjectFieldStart("data");
                out.writeStringField("code", why.code().slug());
                out.writeEndObject();
            }
        });
        return packet(Type.CONNECT_ERROR, 0, prefix, SocketIoPacket.NO_ID, json, NO_DATA);
    }

    static Payload disconnect(byte[] prefix) {
        return packet(Type.DISCONNECT, 0, prefix, SocketIoPacket.NO_ID, Payload.text(NO_DATA), NO_DATA);
    }

    // ---- bytes

    /** What stands between the type and the data of every packet of a namespace. */
    static byte[] prefix(String namespace) {
        return namespace.equals("/") ? NO_DATA : (namespace + ",").getBytes(StandardCharsets.UTF_8);
    }

    /** Type and number of attachments, namespace, id, data, end. */
    private static Payload packet(Type type, int attachments, byte[] prefix, long id, Payload json, byte[] end) {
        byte[] head = head(type, attachments);
        String number = id == SocketIoPacket.NO_ID ? "" : Long.toString(id);
        byte[] packet = new byte[head.length + prefix.length + number.length() + json.size() + end.length];
        int at = put(packet, 0, head);
        at = put(packet, at, prefix);
        at = put(packet, at, number.getBytes(StandardCharsets.US_ASCII));
        at = put(packet, at, json.bytes());
        put(packet, at, end);
        return Payload.text(packet);
    }

    private static byte[] head(Type type, int attachments) {
        if (attachments == 0) {
            return new byte[] {'4', (byte) ('0' + type.ordinal())};
        }
        Type binary = type == Type.ACK ? Type.BINARY_ACK : Type.BINARY_EVENT;
        return ("4" + binary.ordinal() + attachments + "-").getBytes(StandardCharsets.US_ASCII);
    }

    private static int put(byte[] into, int at, byte[] bytes) {
        System.arraycopy(bytes, 0, into, at, bytes.length);
        return at + bytes.length;
    }

    /** An array that is left open. */
    private static Payload array(JsonFrames.Body body) {
        Payload whole = JsonFrames.array(body);
        byte[] open = new byte[whole.size() - 1];
        System.arraycopy(whole.bytes(), 0, open, 0, open.length);
        return Payload.text(open);
    }
}
