package dev.sluice.edge.socketio;

import dev.sluice.core.Payload;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.delivery.upstream.ClientReplies;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.socketio.SocketIoArgs;
import dev.sluice.protocol.socketio.SocketIoConnection;
import dev.sluice.protocol.socketio.SocketIoSocket;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of this node by their public id, from the moment that the application is asked about them to the end of
 * their session: connected, or away for a while. Any thread.
 */
public final class SocketIoSeats implements ClientReplies {
    private static final Logger LOG = Logger.getLogger(SocketIoSeats.class);
    /** What the application may say to a client before that is let in. */
    private static final int MOST_EARLY = 100;

    private final InstantSource clock;
    private final Map<String, Seated> bySid = new ConcurrentHashMap<>();

    public SocketIoSeats(InstantSource clock) {
        this.clock = clock;
    }

    private record Ready(String event, SocketIoArgs args) {}

    /** One socket. */
    private static final class Seated {
        /** What the application said before the client was let in; null once it is. */
        private volatile @Nullable Queue<Ready> early = new ConcurrentLinkedQueue<>();

        private volatile @Nullable ChannelSession session;
        private volatile @Nullable SocketIoSocket socket;
    }

    /** The application is about to be asked whether it may come. */
    void expect(String sid) {
        bySid.put(sid, new Seated());
    }

    /** It was not let in. */
    void forget(String sid) {
        bySid.remove(sid);
    }

    void seated(SocketIoSocket socket) {
        Seated seated = bySid.computeIfAbsent(socket.sid(), sid -> new Seated());
        seated.socket = socket;
        seated.session = socket.session();
        Queue<Ready> early = seated.early;
        if (early != null) {
            seated.early = null;
            sayEarly(early, socket.session());
        }
    }

    /** Whoever comes second, the client or what is said to it, finds the other there. */
    private void sayEarly(Queue<Ready> early, ChannelSession session) {
        for (Ready said = early.poll(); said != null; said = early.poll()) {
            emit(session, said).subscribe().with(kept -> {}, failure -> LOG.debug("not kept", failure));
        }
    }

    /** Its connection is over; its session may go on. */
    void left(SocketIoSocket socket) {
        Seated seated = bySid.get(socket.sid());
        if (seated != null && seated.socket == socket) {
            seated.socket = null;
        }
    }

    /** A session of whatever protocol is over. */
    public void ended(ChannelSession over) {
        if (over.client().protocol().equals(SocketIoConnection.NAME)) {
            bySid.remove(SocketIoAttributes.of(over).sid());
        }
    }

    /** As the application is told of the socket behind that session; nothing where it is another protocol's. */
    public static Map<String, Payload> named(ChannelSession session) {
        if (!session.client().protocol().equals(SocketIoConnection.NAME)) {
            return Map.of();
        }
        SocketIoAttributes kept = SocketIoAttributes.of(session);
        return SocketIoSocket.named(kept.namespace(), kept.sid());
    }

    /** The session of that socket; null where there is none. */
    @Nullable
    ChannelSession session(String sid) {
        Seated seated = bySid.get(sid);
        return seated == null ? null : seated.session;
    }

    /** That socket while it is connected. */
    @Nullable
    SocketIoSocket connected(String sid) {
        Seated seated = bySid.get(sid);
        return seated == null ? null : seated.socket;
    }

    /** Sockets that are connected or away. */
    public int size() {
        return bySid.size();
    }

    @Override
    public Uni<Void> say(String to, List<Reply> replies) {
        return Uni.createFrom().deferred(() -> {
            List<Ready> all = replies.stream().map(SocketIoSeats::ready).toList();
            Seated seated = bySid.get(to);
            if (seated == null) {
                LOG.debug("the application answers a client that is gone");
                return Uni.createFrom().voidItem();
            }
            Queue<Ready> early = seated.early;
            ChannelSession session = seated.session;
            return session == null && early != null ? sayLater(seated, early, all) : sayNow(seated, all);
        });
    }

    private Uni<Void> sayNow(Seated seated, List<Ready> all) {
        // It was set before there was nothing early any more.
        ChannelSession session = Objects.requireNonNull(seated.session);
        // What could not be stored is said all the same: the application would say it twice if it were told.
        List<Uni<Void>> kept = all.stream()
                .map(each -> emit(session, each).onFailure().recoverWithNull())
                .toList();
        return Uni.join().all(kept).andFailFast().replaceWithVoid();
    }

    private Uni<Void> sayLater(Seated seated, Queue<Ready> early, List<Ready> all) {
        for (Ready each : all) {
            if (early.size() < MOST_EARLY) {
                early.add(each);
            }
        }
        ChannelSession session = seated.session;
        if (session != null) {
            sayEarly(early, session);
        }
        return Uni.createFrom().voidItem();
    }

    private Uni<Void> emit(ChannelSession session, Ready said) {
        return SocketIoSocket.emit(session, said.event(), said.args(), clock.millis());
    }

    private static Ready ready(Reply reply) {
        try {
            return new Ready(
                    reply.event(),
                    SocketIoArgs.of(Json.MAPPER.readTree(reply.args().bytes())));
        } catch (IOException notJson) {
            throw new IllegalArgumentException(notJson);
        }
    }
}
