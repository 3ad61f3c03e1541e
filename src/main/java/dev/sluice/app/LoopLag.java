package dev.sluice.app;

import dev.sluice.rollout.drain.PollingStrain;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How long work waits on the event loop that is latest: what every poll there waits at least. */
final class LoopLag implements PollingStrain {
    private static final long EVERY_MILLIS = 100;

    /** What is left of a lag after each measurement: a second later it is a tenth. */
    private static final double KEPT = 0.8;

    private final List<Probe> probes = new ArrayList<>();

    /** @param loops how many event loops there are */
    LoopLag(Vertx vertx, int loops) {
        for (int i = 0; i < loops; i++) {
            Context context = ((VertxInternal) vertx).createEventLoopContext();
            Probe probe = new Probe();
            probes.add(probe);
            context.runOnContext(start -> vertx.setPeriodic(EVERY_MILLIS, timer -> probe.fired()));
        }
    }

    @Override
    public Duration lateness() {
        return Duration.ofNanos(probes.stream().mapToLong(Probe::nanos).max().orElse(0));
    }

    /** One loop's; written there, read anywhere. */
    private static final class Probe {
        private static final long EVERY_NANOS = Duration.ofMillis(EVERY_MILLIS).toNanos();

        private volatile long firedAt = System.nanoTime();
        private volatile long lag;

        void fired() {
            long now = System.nanoTime();
            lag = Math.max(late(now), (long) (lag * KEPT));
            firedAt = now;
        }

        /** A loop that is stuck measures nothing; that it is late shows in what it did not do. */
        long nanos() {
            return Math.max(lag, late(System.nanoTime()));
        }

        private long late(long now) {
            return Math.max(0, now - firedAt - EVERY_NANOS);
        }
    }
}
