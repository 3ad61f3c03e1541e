package dev.sluice.edge.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.delivery.channel.Client;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.upstream.ClientEvents.Caller;
import dev.sluice.delivery.upstream.ClientMessages;
import dev.sluice.edge.client.ClientAttributes;
import dev.sluice.edge.client.ClientKey;
import dev.sluice.identity.client.ClientIdentity;
import dev.sluice.protocol.socketio.SocketIoConnection;
import dev.sluice.protocol.socketio.SocketIoReception;
import dev.sluice.protocol.socketio.SocketIoSocket;
import io.smallrye.mutiny.Uni;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets the sockets of one connection in: who they are, whether their namespace exists and is open to them, whether they
 * come back, and what the application says. On the connection's home; answers on any thread.
 */
final class Reception implements SocketIoReception {
    private static final String ROOT = "/";
    private static final int LONGEST_NAME = 255;

    private final SocketIoParts parts;
    private final SocketIoSeats seats;
    private final EngineClient engine;
    private final Recoveries recoveries;

    Reception(SocketIoParts parts, SocketIoSeats seats, EngineClient engine) {
        this.parts = parts;
        this.seats = seats;
        this.engine = engine;
        this.recoveries = new Recoveries(parts, engine.connection());
    }

    /** Who asks for what. */
    private record Knock(String namespace, JsonNode auth, ClientIdentity who, boolean verified) {}

    @Override
    public Uni<Seat> receive(String namespace, JsonNode auth) {
        return Uni.createFrom().deferred(() -> {
            if (!namespace.equals(ROOT) && !parts.options().namespaces().contains(namespace)) {
                // To the letter what the reference says.
                throw new SluiceException(ProblemCode.NOT_FOUND, "Invalid namespace");
            }
            Knock knock = identify(namespace, auth);
            ChannelName channel = channelOf(namespace);
            if (channel != null && !parts.access().maySubscribe(knock.who(), channel)) {
                throw new SluiceException(knock.who().anonymous() ? ProblemCode.UNAUTHORIZED : ProblemCode.FORBIDDEN);
            }
            String pid = parts.options().recovery() ? text(auth, "pid") : null;
            return pid == null
                    ? begin(knock)
                    : recoveries
                            .find(namespace, pid, text(auth, "offset"), knock.who())
                            .chain(found -> found == null ? begin(knock) : resume(knock, found));
        });
    }

    private static @Nullable ChannelName channelOf(String namespace) {
        return namespace.equals(ROOT) ? null : new ChannelName(namespace.substring(1));
    }

    private static @Nullable String text(JsonNode auth, String field) {
        JsonNode value = auth.path(field);
        return value.isTextual() && !value.textValue().isEmpty() ? value.textValue() : null;
    }

    /**
     * By {@code auth.token}, else by what the handshake showed. Where no key is configured to verify users with, a token
     * that is none of ours may be the application's own business: it decides.
     */
    private Knock identify(String namespace, JsonNode auth) {
        String token = text(auth, "token");
        if (token == null) {
            return new Knock(namespace, auth, engine.identity(), false);
        }
        try {
            ClientIdentity who = parts.clients().identify(token);
            engine.proves(who);
            return new Knock(namespace, auth, who, true);
        } catch (SluiceException unknown) {
            boolean applications = !parts.clients().verifiesJwts() && parts.messages() != ClientMessages.NONE;
            if (unknown.code() == ProblemCode.UNAUTHORIZED && applications) {
                return new Knock(namespace, auth, engine.identity(), false);
            }
            throw unknown;
        }
    }

    // ---- a session that was there before

    private Uni<Seat> resume(Knock knock, Recoveries.Found found) {
        engine.cameBack();
        SocketClient client = new SocketClient(parts, knock.who());
        ChannelSession session = found.session();
        session.execute(() -> {
            if (session.admits(engine.connection().opened())) {
                session.channels().stream()
                        .filter(channel -> !client.maySubscribe(channel))
                        .toList()
                        .forEach(channel -> session.unsubscribe(null, channel, new Silent<>()));
            }
        });
        return Uni.createFrom()
                .item(new Seat(session, client, found.sid(), session.id().value(), null, found.from()));
    }

    // ---- a new one

    private Uni<Seat> begin(Knock knock) {
        SessionId id = new SessionId(RandomIds.secret());
        String sid = RandomIds.id();
        Client described = describe(knock, sid);
        Caller caller = new Caller(
                id,
                described.clientId(),
                knock.who().subject(),
                SocketIoConnection.NAME,
                engine.connection().kind().wire(),
                more(knock, sid));
        seats.expect(sid);
        return parts.comings()
                .connecting(caller)
                .chain(() -> open(id, described))
                .map(session -> new Seat(
                        session,
                        new SocketClient(parts, knock.who()),
                        sid,
                        parts.options().recovery() ? id.value() : null,
                        channelOf(knock.namespace()),
                        null))
                .onFailure()
                .invoke(failure -> seats.forget(sid));
    }

    private Client describe(Knock knock, String sid) {
        ClientIdentity who = knock.who();
        ClientKey key = engine.key();
        String said = text(knock.auth(), "clientId");
        String shown = who.subject() != null ? who.subject() : key.named();
        if (shown == null) {
            shown = said != null && said.length() <= LONGEST_NAME ? said : "guest-" + sid;
        }
        ClientAttributes attributes = new ClientAttributes(key.value(), key.named(), key.own(), who);
        return new Client(
                who.owner(),
                shown,
                SocketIoConnection.NAME,
                null,
                new SocketIoAttributes(sid, knock.namespace(), attributes));
    }

    /** What the application may decide on: a token that was verified here is no longer its business. */
    private static Map<String, Payload> more(Knock knock, String sid) {
        Map<String, Payload> more = new HashMap<>(SocketIoSocket.named(knock.namespace(), sid));
        ObjectNode auth = knock.auth().deepCopy();
        auth.remove("pid");
        auth.remove("offset");
        if (knock.verified()) {
            auth.remove("token");
        }
        more.put("auth", Payload.text(auth.toString()));
        return more;
    }

    private Uni<ChannelSession> open(SessionId id, Client client) {
        return Uni.createFrom().emitter(emitter -> engine.home().execute(() -> {
            try {
                emitter.complete(parts.sessions().open(engine.home(), id, client));
            } catch (RuntimeException full) {
                emitter.fail(full);
            }
        }));
    }

    // ---- whom it let in

    @Override
    public void seated(SocketIoSocket socket) {
        seats.seated(socket);
    }

    @Override
    public void left(SocketIoSocket socket) {
        seats.left(socket);
    }
}
