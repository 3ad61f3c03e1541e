package dev.sluice.edge.socketio;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.core.Mode;
import dev.sluice.core.Payload;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.Home;
import dev.sluice.edge.client.ClientKey;
import dev.sluice.edge.gate.Serving;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.socketio.EngineClient.Handshake;
import dev.sluice.protocol.engineio.Alarms;
import dev.sluice.protocol.engineio.EngineConnection;
import dev.sluice.protocol.engineio.EngineSettings;
import dev.sluice.protocol.engineio.EngineUser;
import dev.sluice.protocol.json.JsonFrames;
import dev.sluice.protocol.socketio.SocketIoConnection;
import dev.sluice.rollout.drain.Movable;
import io.github.bucket4j.Bucket;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens engine connections: who comes is looked at once, and decided once. On the event loop that the client came in on. */
final class EngineDesk {
    /** How long a GET may be on its way that was sent together with the POST that ends the session. */
    private static final long LAST_WORD_MILLIS = 1_000;

    private final SocketIoParts parts;
    private final SocketIoSeats seats;
    private final EngineConnections connections;
    private final EngineWitness witness;
    private final Consumer<Movable> joined;
    private final Vertx vertx;
    private final Function<String, Bucket> budgets;
    /** How long a client may be on polling where that is for the upgrade alone. */
    private final Duration toUpgrade;
    /** Thousands come from one page, and each of them keeps its name. */
    private volatile @Nullable String lastOrigin;

    /** @param joined shows the drain who has just become visible: the rollout may have changed since the gate was asked */
    EngineDesk(
            SocketIoParts parts,
            SocketIoSeats seats,
            EngineConnections connections,
            EngineWitness witness,
            Consumer<Movable> joined,
            Vertx vertx) {
        this.parts = parts;
        this.seats = seats;
        this.connections = connections;
        this.witness = witness;
        this.joined = joined;
        this.vertx = vertx;
        this.budgets = parts.rates()::clientBudget;
        EngineSettings settings = parts.options().engine();
        this.toUpgrade = settings.upgradeTimeout().plus(settings.pingInterval());
    }

    /** What the handshake shows: query, headers, cookie, address. */
    Handshake handshake(Call call) {
        ClientKey key = ClientKey.of(call, call.query("clientId"));
        boolean canPoll = !"none".equals(call.query("fallback"));
        Handshake shown = new Handshake(
                call.client(),
                key,
                call.origin().address(),
                shared(call.header("Origin")),
                canPoll,
                Mode.POLLING,
                parts.clock().millis());
        Serving serving = parts.gate().servingOf(EngineClient.applicant(shown));
        return new Handshake(
                shown.identity(),
                shown.key(),
                shown.address(),
                shown.origin(),
                shown.canPoll(),
                serving.mode(),
                shown.at());
    }

    private @Nullable String shared(@Nullable String origin) {
        String last = lastOrigin;
        if (origin != null && origin.equals(last)) {
            return last;
        }
        lastOrigin = origin;
        return origin;
    }

    /** What the connection says first. */
    enum Begins {
        /** By a GET, maybe with an upgrade on offer. */
        POLLING,
        WEBSOCKET
    }

    /** @param countOut run once when it is over */
    EngineClient open(Handshake shown, Begins with, boolean echoes, Runnable countOut) {
        Home home = parts.here().get();
        EngineSettings settings = parts.options().engine();
        boolean socket = with == Begins.WEBSOCKET;
        EngineConnection connection = new EngineConnection(
                RandomIds.id(), home, settings, parts.clock(), alarms(home), witness.of(shown, socket));
        EngineClient client = new EngineClient(
                connection,
                shown,
                parts.gate(),
                budgets,
                toUpgrade,
                parts.clock(),
                ContextInternal.current().unwrap());
        EngineUser user = echoes
                ? new Echo(connection)
                : new SocketIoConnection(
                        connection,
                        new Reception(parts, seats, client),
                        parts.options().socketio(),
                        parts.clock());
        connection.serve(user, () -> {
            countOut.run();
            if (connection.owesNoop()) {
                connections.leave(client);
                vertx.setTimer(LAST_WORD_MILLIS, over -> connections.forget(client));
            }
            connections.remove(client);
        });
        connections.add(client);
        if (!socket) {
            client.mustHurry();
        }
        return client;
    }

    /** Once its first carrier is there. */
    void opened(EngineClient client) {
        joined.accept(client);
    }

    /** The first packet: exactly these keys, in this order. */
    Payload openPacket(EngineClient client) {
        EngineSettings settings = parts.options().engine();
        boolean upgrades = client.connection().kind() == TransportKind.POLLING
                && client.handshake().told() == Mode.WEBSOCKET;
        Payload json = JsonFrames.bytes(out -> {
            out.writeStringField("sid", client.connection().sid());
            writeUpgrades(out, upgrades);
            out.writeNumberField("pingInterval", settings.pingInterval().toMillis());
            out.writeNumberField("pingTimeout", settings.pingTimeout().toMillis());
            out.writeNumberField("maxPayload", settings.maxPayload());
        });
        return Payload.text("0" + json.asString());
    }

    private static void writeUpgrades(JsonGenerator out, boolean upgrades) throws IOException {
        out.writeArrayFieldStart("upgrades");
        if (upgrades) {
            out.writeString("websocket");
        }
        out.writeEndArray();
    }

    private Alarms alarms(Home home) {
        return (Duration interval, Runnable task) -> {
            long timer = vertx.setPeriodic(interval.toMillis(), tick -> home.execute(task));
            return () -> vertx.cancelTimer(timer);
        };
    }
}
