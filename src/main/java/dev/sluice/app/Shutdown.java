package dev.sluice.app;

import dev.sluice.config.SluiceConfig;
import dev.sluice.delivery.command.CommandJournal;
import dev.sluice.edge.gate.Newcomers;
import dev.sluice.fleet.Fleet;
import dev.sluice.rollout.drain.Drain;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * The way down: no more newcomers, everybody is told and leaves, what was heard is written. Each step is bounded.
 *
 * <p>All of it happens while the listeners are still open: once Quarkus closes them, every WebSocket gets a 1000, which
 * agents in the field take for the end and do not come back from.
 */
@Singleton
final class Shutdown {
    private static final Logger LOG = Logger.getLogger(Shutdown.class);
    /** Of the grace: until then everybody is told. */
    private static final double TELL = 0.5;

    /** Until then they may leave by themselves, settling what they have. What is left is for writing. */
    private static final double LEAVE = 0.8;

    /** Nobody gains from telling three agents over five seconds. */
    private static final int TOLD_PER_SECOND = 200;

    private static final Duration TELL_AT_LEAST = Duration.ofMillis(500);

    private static final Duration WRITE_AT_LEAST = Duration.ofSeconds(1);

    private final AtomicBoolean begun = new AtomicBoolean();
    private final Startup startup;
    private final Newcomers newcomers;
    private final Drain drain;
    private final CommandJournal journal;
    private final Fleet fleet;
    private final Duration grace;

    Shutdown(
            Startup startup,
            Newcomers newcomers,
            Drain drain,
            CommandJournal journal,
            Fleet fleet,
            SluiceConfig config) {
        this.startup = startup;
        this.newcomers = newcomers;
        this.drain = drain;
        this.journal = journal;
        this.fleet = fleet;
        this.grace = config.shutdown().grace();
    }

    /** Before the listeners close; needs {@code quarkus.shutdown.delay-enabled}. */
    void beforeListenersClose(@Observes ShutdownDelayInitiatedEvent event) {
        stop();
    }

    /** A reload in dev mode skips the event before. */
    void atLast(@Observes ShutdownEvent event) {
        stop();
    }

    private void stop() {
        if (!begun.compareAndSet(false, true)) {
            return;
        }
        startup.stopWatching();
        newcomers.shutDown();
        long begin = System.nanoTime();
        tellEverybody(begin + (long) (grace.toNanos() * LEAVE));
        write("settlements", journal.durable(), begin);
        write("beats", fleet.saveBeats(), begin);
    }

    private void tellEverybody(long deadline) {
        int open = drain.open();
        Duration enough = Duration.ofMillis(1_000L * open / TOLD_PER_SECOND);
        Duration within = shorter(longer(enough, TELL_AT_LEAST), part(TELL));
        drain.shutDown(within, part(LEAVE - TELL));
        while (drain.open() > 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        int left = drain.open();
        if (left > 0) {
            LOG.warnf("%d of %d clients did not leave in time and are cut on the way down", left, open);
        }
    }

    private Duration part(double of) {
        return Duration.ofNanos((long) (grace.toNanos() * of));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private void write(String what, Uni<Void> work, long begin) {
        Duration left = grace.minusNanos(System.nanoTime() - begin);
        try {
            work.await().atMost(longer(left, WRITE_AT_LEAST));
        } catch (RuntimeException e) {
            LOG.warnf("could not write %s on the way down [cause: %s]", what, e.toString());
        }
    }
}
