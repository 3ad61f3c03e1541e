package dev.sluice.protocol.engineio;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of a connection from polling to a WebSocket: one that probes beside the polling, and either takes over or is
 * dropped, which leaves the polling as it was. Meanwhile GETs are ended, so that the client can pause its polling. On the
 * connection's home, unless it says otherwise.
 *
 * @see <a href="https://github.com/socketio/engine.io-protocol#upgrade">Engine.IO protocol, revision 4, "Upgrade"</a>
 */
final class Upgrade {
    private static final Payload PROBED = Payload.text("3probe");
    private static final Payload NOOP = Payload.text("6");
    private static final String PROBE = "probe";
    /**
     * One noop is not enough: a GET that comes after it would hold the upgrade up until the next ping. Nor is it to come
     * at once: who has upgraded is told no, also where the GET is quicker than the packet.
     */
    private static final Duration NOOPS = Duration.ofMillis(100);

    private final PollAnswers polls;
    private final Alarms alarms;
    private final EngineObserver observer;
    private final Consumer<EngineSocket> onUpgraded;
    /** A WebSocket is about to probe: its client may know of it, and say that it works, before it is here. */
    private volatile boolean expected;

    private @Nullable EngineSocket probe;
    private boolean probed;
    /** The GET that waits came while a WebSocket probes: it may have overtaken the packet that ends polling. */
    private boolean overtook;

    private long until;
    private @Nullable Runnable noops;

    /** @param onUpgraded told which WebSocket takes over, when no GET waits any more */
    Upgrade(PollAnswers polls, Alarms alarms, EngineObserver observer, Consumer<EngineSocket> onUpgraded) {
        this.polls = polls;
        this.alarms = alarms;
        this.observer = observer;
        this.onUpgraded = onUpgraded;
    }

    // ---- how it begins

    /** A WebSocket is about to come, or does not come after all. Any thread. */
    void expect(boolean coming) {
        expected = coming;
    }

    /** A WebSocket came, and nobody else probes. */
    void begin(EngineSocket fresh, long deadline) {
        probe = fresh;
        until = deadline;
    }

    boolean isUnderWay() {
        return probe != null;
    }

    /** Whether that WebSocket is the one that probes. */
    boolean isBy(EngineSocket socket) {
        return probe == socket;
    }

    /** A GET came, and waits. */
    void polled() {
        overtook = expected || probe != null;
    }

    // ---- what the WebSocket says

    void packet(EngineSocket from, EnginePacket packet) {
        if (packet.type() == EnginePacket.Type.PING && packet.data().asString().equals(PROBE)) {
            probed(from);
        } else if (packet.type() == EnginePacket.Type.UPGRADE) {
            takeOver(from);
        } else {
            drop(Disconnect.PROTOCOL_ERROR);
        }
    }

    private void probed(EngineSocket from) {
        from.send(List.of(PROBED), accepted -> {});
        if (!probed) {
            probed = true;
            if (!overtook) {
                noop();
            }
            noops = alarms.every(NOOPS, this::noop);
        }
    }

    /** Ends the GET that waits, so that the client can pause its polling. */
    private void noop() {
        polls.answerWith(NOOP);
    }

    /**
     * A client upgrades when no GET of it waits. One that is here all the same, and came by another event loop than the
     * packet did, is answered as if it came in the order in which it was sent.
     */
    private void takeOver(EngineSocket carrier) {
        if (overtook) {
            polls.refuse(EngineErrors.BAD_REQUEST);
        } else {
            noop();
        }
        isOver();
        onUpgraded.accept(carrier);
    }

    // ---- how it ends

    /** It is given up; does nothing where none is under way. */
    void drop(Disconnect why) {
        EngineSocket dropped = probe;
        if (dropped != null) {
            gone(why);
            dropped.close(why);
        }
    }

    /** The WebSocket is gone before it took over. */
    void gone(@Nullable Disconnect why) {
        isOver();
        observer.webSocketFailed(why);
    }

    /** Time passed. */
    void tick(long now) {
        if (now >= until) {
            drop(Disconnect.SILENT);
        }
    }

    private void isOver() {
        probe = null;
        probed = false;
        overtook = false;
        if (noops != null) {
            noops.run();
            noops = null;
        }
    }
}
