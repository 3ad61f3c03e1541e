package dev.sluice.edge.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.ChannelName;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.delivery.channel.ChannelSessions;
import dev.sluice.delivery.channel.Client;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.edge.client.ClientAttributes;
import dev.sluice.identity.client.ClientIdentity;
import dev.sluice.protocol.engineio.EngineConnection;
import dev.sluice.protocol.socketio.SocketIoClient;
import dev.sluice.protocol.socketio.SocketIoConnection;
import dev.sluice.protocol.socketio.SocketIoReception;
import dev.sluice.protocol.socketio.SocketIoSocket;
import io.smallrye.mutiny.Uni;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The reception without the house around it: everybody is let in, and whether somebody comes back is decided by the real
 * {@link Recoveries}. For stories that are told without Vert.x.
 */
public final class StoryReception implements SocketIoReception {
    private final ChannelSessions sessions;
    private final SocketIoSeats seats;
    private final EngineConnection engine;
    private final SocketIoClient client;
    private final Supplier<String> ids;
    private final Recoveries recoveries;

    /** @param ids never the same twice, at least 16 characters */
    public StoryReception(
            ChannelSessions sessions,
            SocketIoSeats seats,
            EngineConnection engine,
            SocketIoClient client,
            Supplier<String> ids) {
        this.sessions = sessions;
        this.seats = seats;
        this.engine = engine;
        this.client = client;
        this.ids = ids;
        this.recoveries = new Recoveries(
                new SocketIoParts(sessions, null, null, null, null, null, null, null, null, null, null, null), engine);
    }

    @Override
    public Uni<Seat> receive(String namespace, JsonNode auth) {
        return Uni.createFrom().deferred(() -> {
            String pid = auth.path("pid").textValue();
            String offset = auth.path("offset").textValue();
            return pid == null
                    ? begin(namespace)
                    : recoveries
                            .find(namespace, pid, offset, ClientIdentity.ANONYMOUS)
                            .chain(found -> found == null ? begin(namespace) : resume(found));
        });
    }

    private Uni<Seat> resume(Recoveries.Found found) {
        ChannelSession session = found.session();
        return Uni.createFrom()
                .item(new Seat(session, client, found.sid(), session.id().value(), null, found.from()));
    }

    private Uni<Seat> begin(String namespace) {
        return Uni.createFrom().emitter(emitter -> engine.home().execute(() -> {
            String sid = ids.get();
            SessionId id = new SessionId(ids.get());
            ClientIdentity who = ClientIdentity.ANONYMOUS;
            ClientAttributes attributes = new ClientAttributes(sid, null, false, who);
            ChannelSession session = sessions.open(
                    engine.home(),
                    id,
                    new Client(
                            who.owner(),
                            sid,
                            SocketIoConnection.NAME,
                            null,
                            new SocketIoAttributes(sid, namespace, attributes)));
            emitter.complete(new Seat(session, client, sid, id.value(), channelOf(namespace), null));
        }));
    }

    private static @Nullable ChannelName channelOf(String namespace) {
        return namespace.equals("/") ? null : new ChannelName(namespace.substring(1));
    }

    @Override
    public void seated(SocketIoSocket socket) {
        seats.seated(socket);
    }

    @Override
    public void left(SocketIoSocket socket) {
        seats.left(socket);
    }

    /** That socket while it is connected. */
    public static @Nullable SocketIoSocket connected(SocketIoSeats seats, String sid) {
        return seats.connected(sid);
    }
}
