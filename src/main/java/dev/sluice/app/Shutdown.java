package dev.sluice.app;

import dev.sluice.delivery.command.CommandJournal;
import dev.sluice.edge.agent.AgentMoves;
import dev.sluice.edge.agent.AgentSocketRoute;
import dev.sluice.edge.agent.AgentSockets;
import dev.sluice.fleet.Fleet;
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
    private static final Duration SPREAD = Duration.ofSeconds(2);
    private static final Duration LEAVE_WITHIN = Duration.ofSeconds(6);
    private static final Duration WRITE_WITHIN = Duration.ofSeconds(5);

    private final AtomicBoolean begun = new AtomicBoolean();
    private final Startup startup;
    private final AgentSocketRoute socketRoute;
    private final AgentMoves moves;
    private final AgentSockets sockets;
    private final CommandJournal journal;
    private final Fleet fleet;

    Shutdown(
            Startup startup,
            AgentSocketRoute socketRoute,
            AgentMoves moves,
            AgentSockets sockets,
            CommandJournal journal,
            Fleet fleet) {
        this.startup = startup;
        this.socketRoute = socketRoute;
        this.moves = moves;
        this.sockets = sockets;
        this.journal = journal;
        this.fleet = fleet;
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
        socketRoute.shutDown();
        moves.shutDown(sockets.size() == 0 ? Duration.ZERO : SPREAD);
        long deadline = System.nanoTime() + LEAVE_WITHIN.toNanos();
        while (sockets.size() > 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        write("settlements", journal.durable());
        write("beats", fleet.saveBeats());
    }

    private static void write(String what, Uni<Void> work) {
        try {
            work.await().atMost(WRITE_WITHIN);
        } catch (RuntimeException e) {
            LOG.warnf("could not write %s on the way down [cause: %s]", what, e.toString());
        }
    }
}
