package dev.sluice.rollout.drain;

import dev.sluice.core.Mode;
import dev.sluice.rollout.decision.RolloutState;
import java.util.concurrent.atomic.LongAdder;

/** Counts one population from many contexts at once. */
final class Tally {
    private final RolloutState now;
    private final RolloutState then;
    private final LongAdder websocket = new LongAdder();
    private final LongAdder polling = new LongAdder();
    private final LongAdder assigned = new LongAdder();
    private final LongAdder able = new LongAdder();
    private final LongAdder connected = new LongAdder();
    private final LongAdder wouldBeAssigned = new LongAdder();
    private final LongAdder toPolling = new LongAdder();
    private final LongAdder toWebsocket = new LongAdder();

    Tally(RolloutState now, RolloutState then) {
        this.now = now;
        this.then = then;
    }

    /** On the client's context. */
    void count(Movable client) {
        if (!client.identified()) {
            return;
        }
        boolean onSocket = client.mode() == Mode.WEBSOCKET;
        Mode decided = client.decision(now).mode();
        Mode would = then == now ? decided : client.decision(then).mode();
        (onSocket ? websocket : polling).increment();
        if (decided == Mode.WEBSOCKET) {
            assigned.increment();
            if (onSocket || client.able()) {
                able.increment();
            }
            if (onSocket) {
                connected.increment();
            }
        }
        if (would == Mode.WEBSOCKET) {
            wouldBeAssigned.increment();
        }
        if (onSocket && would == Mode.POLLING) {
            toPolling.increment();
        }
        boolean offered = would == Mode.WEBSOCKET && decided == Mode.POLLING && !client.fallback();
        if (!onSocket && offered) {
            toWebsocket.increment();
        }
    }

    Headcount sum() {
        return new Headcount(
                websocket.intValue(),
                polling.intValue(),
                assigned.intValue(),
                able.intValue(),
                connected.intValue(),
                wouldBeAssigned.intValue(),
                toPolling.intValue(),
                toWebsocket.intValue());
    }
}
