package dev.sluice.protocol.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.protocol.engineio.EngineConnection;
import dev.sluice.protocol.engineio.EngineUser;
import dev.sluice.protocol.json.FrameProblems;
import dev.sluice.protocol.socketio.SocketIoReception.Seat;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One Socket.IO client: what it says over one engine connection, to which of its namespaces. Whatever breaks the
 * protocol ends the connection; its sessions stay for their grace. Everything on the connection's home.
 */
public final class SocketIoConnection implements EngineUser {
    public static final String NAME = "socketio";

    private static final Set<String> NOBODY = Set.of();
    private static final List<Attempt> NOTHING_WAITS = List.of();
    private static final JsonNode NOTHING = JsonNodeFactory.instance.objectNode();

    private final EngineConnection engine;
    private final SocketIoReception reception;
    private final InstantSource clock;
    private final SocketIoDecoder decoder;
    private final long connectMillis;
    /** Nearly always there is one. */
    private Map<String, SocketIoSocket> sockets = Map.of();

    private Set<String> connecting = NOBODY;
    private List<Attempt> waiting = NOTHING_WAITS;
    private long connectBy;

    public SocketIoConnection(
            EngineConnection engine, SocketIoReception reception, SocketIoSettings settings, InstantSource clock) {
        this.engine = engine;
        this.reception = reception;
        this.clock = clock;
        this.decoder = new SocketIoDecoder(settings.maxPayload());
        this.connectMillis = settings.connectTimeout().toMillis();
        this.connectBy = clock.millis() + connectMillis;
    }

    /** The sockets that are connected. */
    public Collection<SocketIoSocket> sockets() {
        List<SocketIoSocket> all = new ArrayList<>(sockets.size());
        // Not by its values: the map would keep that view for as long as it lives.
        sockets.forEach((namespace, socket) -> all.add(socket));
        return all;
    }

    @Override
    public void message(Payload data) {
        SocketIoPacket packet;
        try {
            packet = decoder.read(data);
        } catch (SluiceException broken) {
            engine.close(Disconnect.PROTOCOL_ERROR);
            return;
        }
        if (packet == null) {
            return;
        }
        SocketIoSocket socket = sockets.get(packet.namespace());
        boolean connects = packet.type() == SocketIoPacket.Type.CONNECT;
        if (connects && socket == null && !connecting.contains(packet.namespace())) {
            begins(packet.namespace());
            connect(packet, clock.millis() + connectMillis);
        } else if (!connects && socket != null) {
            socket.packet(packet);
        } else if (!connects && connecting.contains(packet.namespace())) {
            leaveBeforeSeated(packet);
        } else {
            engine.close(Disconnect.PROTOCOL_ERROR);
        }
    }

    /** A client that gives up before it is let in is no error; one that talks before is. */
    private void leaveBeforeSeated(SocketIoPacket packet) {
        if (packet.type() == SocketIoPacket.Type.DISCONNECT) {
            ends(packet.namespace());
            if (!waiting.isEmpty()) {
                waiting.removeIf(attempt -> attempt.namespace().equals(packet.namespace()));
            }
        } else {
            engine.close(Disconnect.PROTOCOL_ERROR);
        }
    }

    // ---- CONNECT

    /** Nearly always there is one for a moment, and then none for hours. */
    private void begins(String namespace) {
        if (connecting.isEmpty()) {
            connecting = new HashSet<>(2);
        }
        connecting.add(namespace);
    }

    /** Whether it was still wanted. */
    private boolean ends(String namespace) {
        boolean wanted = connecting.contains(namespace) && connecting.remove(namespace);
        if (connecting.isEmpty()) {
            connecting = NOBODY;
        }
        return wanted;
    }

    /** @param until when it is to be in, at the latest, where the store is away */
    private void connect(SocketIoPacket packet, long until) {
        String namespace = packet.namespace();
        JsonNode auth = packet.data().isObject() ? packet.data() : NOTHING;
        reception
                .receive(namespace, auth)
                .subscribe()
                .with(seat -> engine.home().execute(() -> seat(namespace, seat)), failure -> engine.home()
                        .execute(() -> refuse(packet, until, failure)));
    }

    private void refuse(SocketIoPacket packet, long until, Throwable failure) {
        String namespace = packet.namespace();
        if (!connecting.contains(namespace)) {
            return;
        }
        SluiceException why = FrameProblems.problemOf(failure);
        if (waits(why, new Attempt(namespace, until, () -> connect(packet, until)))) {
            return;
        }
        ends(namespace);
        if (passes(why)) {
            engine.close(Disconnect.TRY_LATER);
        } else {
            // As the reference says it, to the letter: clients and suites compare it.
            boolean unknown = why.code() == ProblemCode.NOT_FOUND;
            engine.send(SocketIoFrames.connectError(SocketIoFrames.prefix(namespace), why, !unknown));
        }
    }

    /**
     * Whether it lies with this node and will be over: the connection ends then, since libraries come back by themselves
     * after that, and after a CONNECT_ERROR never.
     */
    static boolean passes(SluiceException why) {
        return why.code() == ProblemCode.STORE_UNAVAILABLE || why.code() == ProblemCode.TOO_MANY_CONNECTIONS;
    }

    private void seat(String namespace, Seat seat) {
        boolean wanted = ends(namespace) && !engine.isClosed();
        SocketIoSocket socket = new SocketIoSocket(namespace, seat, engine, this::forget, clock);
        if (!wanted) {
            socket.abandon();
            return;
        }
        connectBy = Long.MAX_VALUE;
        keep(namespace, socket);
        long until = clock.millis() + connectMillis;
        socket.begin(() -> reception.seated(socket), (why, again) -> waits(why, new Attempt(namespace, until, again)));
    }

    // ---- while the store is away

    /** What is tried again with each tick, and until when. */
    private record Attempt(String namespace, long until, Runnable again) {}

    /** Whether it lies with the store, and is tried again. */
    private boolean waits(SluiceException why, Attempt attempt) {
        if (why.code() != ProblemCode.STORE_UNAVAILABLE || clock.millis() >= attempt.until()) {
            return false;
        }
        waiting = waiting.isEmpty() ? new ArrayList<>(1) : waiting;
        waiting.add(attempt);
        return true;
    }

    // ---- sockets

    private void keep(String namespace, SocketIoSocket socket) {
        if (sockets.isEmpty()) {
            sockets = Map.of(namespace, socket);
        } else {
            changeable().put(namespace, socket);
        }
    }

    private void forget(SocketIoSocket gone) {
        if (sockets.get(gone.namespace()) == gone) {
            changeable().remove(gone.namespace());
            reception.left(gone);
        }
    }

    private Map<String, SocketIoSocket> changeable() {
        if (sockets.size() <= 1) {
            sockets = new HashMap<>(sockets);
        }
        return sockets;
    }

    // ---- time, and its end

    @Override
    public void tick(long now) {
        if (now >= connectBy) {
            engine.close(waiting.isEmpty() ? Disconnect.SILENT : Disconnect.TRY_LATER);
            return;
        }
        List<Attempt> attempts = waiting;
        waiting = NOTHING_WAITS;
        attempts.forEach(attempt -> attempt.again().run());
        for (SocketIoSocket socket : sockets()) {
            socket.tick(now);
        }
    }

    @Override
    public void closed(@Nullable Disconnect why) {
        connecting = NOBODY;
        waiting = NOTHING_WAITS;
        for (SocketIoSocket socket : sockets()) {
            socket.cut();
        }
    }
}
