package dev.sluice.protocol.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.channel.Answers;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.delivery.channel.Subscribe;
import dev.sluice.delivery.channel.Subscribed;
import dev.sluice.delivery.channel.Unsubscribed;
import dev.sluice.delivery.mailbox.Message;
import dev.sluice.delivery.upstream.ClientEvents.Caller;
import dev.sluice.delivery.upstream.ClientMessage;
import dev.sluice.protocol.json.ChannelFields;
import dev.sluice.protocol.json.FrameProblems;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.Since;
import dev.sluice.protocol.socketio.SocketIoReception.Seat;
import java.io.IOException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What a socket's client asks for: {@code subscribe} and {@code unsubscribe} are the gateway's, everything else is said
 * to the application. Answers go through the mailbox, in order with everything else.
 *
 * <p>Ids of acknowledgements are a connection's own and are never repeated, so nothing of them is remembered.
 */
final class SocketIoRequests {
    private static final String SUBSCRIBE = "subscribe";
    private static final String UNSUBSCRIBE = "unsubscribe";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final SocketIoSocket socket;
    private final Seat seat;
    private final ChannelSession session;
    private final InstantSource clock;

    SocketIoRequests(SocketIoSocket socket, Seat seat, InstantSource clock) {
        this.socket = socket;
        this.seat = seat;
        this.session = seat.session();
        this.clock = clock;
    }

    /** On the connection's home. */
    void event(SocketIoPacket packet) {
        String name = packet.data().path(0).asText();
        long id = packet.id();
        if (name.equals(SUBSCRIBE) || name.equals(UNSUBSCRIBE)) {
            socket.inTurn(() -> {
                try {
                    channel(name, id, packet.data().path(1));
                } catch (SluiceException wrong) {
                    failed(id, wrong);
                }
            });
        } else {
            tell(name, packet);
        }
    }

    private void failed(long id, SluiceException why) {
        if (id != SocketIoPacket.NO_ID) {
            socket.say(SocketIoFrames.failed(id, why, clock.millis(), socket));
        }
    }

    // ---- channels, on the session's home

    private void channel(String name, long id, JsonNode asked) {
        JsonNode named = asked.isTextual() ? asked : asked.path("channel");
        if (!named.isTextual()) {
            throw SluiceException.missing("channel");
        }
        ChannelName channel = channelOf(named.textValue());
        if (name.equals(UNSUBSCRIBE)) {
            session.unsubscribe(null, channel, new Left(id));
            return;
        }
        if (!seat.client().maySubscribe(channel)) {
            throw new SluiceException(ProblemCode.FORBIDDEN, "This client may not subscribe to %s.".formatted(channel));
        }
        boolean presence = asked.path("presence").asBoolean(false) || channel.isPresence();
        session.subscribe(null, new Subscribe(channel, Since.of(asked.get("since")), presence), new Joined(id));
    }

    /** A room of the root namespace is a channel of that name; a room of another one says whose it is. */
    private ChannelName channelOf(String room) {
        String namespace = socket.namespace();
        return new ChannelName(namespace.equals("/") ? room : namespace.substring(1) + ";" + room);
    }

    private final class Joined implements Answers<Subscribed> {
        private final long id;

        Joined(long id) {
            this.id = id;
        }

        @Override
        public @Nullable Message done(Subscribed outcome) {
            if (id == SocketIoPacket.NO_ID) {
                return null;
            }
            return SocketIoFrames.ack(
                    id,
                    out -> {
                        out.writeBooleanField("ok", true);
                        out.writeStringField("channel", outcome.channel().value());
                        ChannelFields.writePlace(out, outcome.place());
                        if (outcome.since() != null) {
                            out.writeBooleanField("recovered", outcome.recovered());
                        }
                    },
                    clock.millis(),
                    socket);
        }

        @Override
        public @Nullable Message failed(SluiceException why) {
            return id == SocketIoPacket.NO_ID ? null : SocketIoFrames.failed(id, why, clock.millis(), socket);
        }
    }

    private final class Left implements Answers<Unsubscribed> {
        private final long id;

        Left(long id) {
            this.id = id;
        }

        @Override
        public @Nullable Message done(Unsubscribed outcome) {
            if (id == SocketIoPacket.NO_ID) {
                return null;
            }
            return SocketIoFrames.ack(
                    id,
                    out -> {
                        out.writeBooleanField("ok", true);
                        out.writeStringField("channel", outcome.channel().value());
                    },
                    clock.millis(),
                    socket);
        }

        @Override
        public @Nullable Message failed(SluiceException why) {
            return id == SocketIoPacket.NO_ID ? null : SocketIoFrames.failed(id, why, clock.millis(), socket);
        }
    }

    // ---- the application

    private void tell(String name, SocketIoPacket packet) {
        long id = packet.id();
        JsonNode all = SocketIoArgs.inline(packet.data(), packet.attachments());
        ArrayNode args = JSON.arrayNode(Math.max(0, all.size() - 1));
        for (int i = 1; i < all.size(); i++) {
            args.add(all.get(i));
        }
        Caller from = new Caller(
                session.id(),
                session.client().clientId(),
                seat.client().subject(),
                SocketIoConnection.NAME,
                socket.transport().wire(),
                SocketIoSocket.named(socket.namespace(), seat.sid()));
        ClientMessage message = new ClientMessage(
                from, id == SocketIoPacket.NO_ID ? null : Long.toString(id), name, null, Payload.text(args.toString()));
        seat.client()
                .tell(message)
                .subscribe()
                .with(
                        said -> session.execute(() -> answer(id, said)),
                        failure -> session.execute(() -> failed(id, FrameProblems.problemOf(failure))));
    }

    /** An array is the list of the answer's arguments, as the event's were. */
    private void answer(long id, @Nullable Payload said) {
        if (id == SocketIoPacket.NO_ID) {
            return;
        }
        ArrayNode args = JSON.arrayNode(1);
        if (said != null) {
            try {
                JsonNode value = Json.MAPPER.readTree(said.bytes());
                if (value.isArray()) {
                    value.forEach(args::add);
                } else {
                    args.add(value);
                }
            } catch (IOException notJson) {
                args.add(said.asString());
            }
        }
        try {
            socket.say(SocketIoFrames.ack(id, SocketIoArgs.of(args), clock.millis(), socket));
        } catch (SluiceException unsayable) {
            failed(id, new SluiceException(ProblemCode.UPSTREAM_UNAVAILABLE));
        }
    }
}
