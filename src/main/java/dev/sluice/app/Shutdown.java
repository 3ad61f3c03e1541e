package dev.sluice.app;

import dev.sluice.delivery.command.CommandJournal;
import dev.sluice.edge.agent.AgentMoves;
import dev.sluice.edge.agent.AgentSocketRoute;
import dev.sluice.edge.agent.AgentSockets;
import dev.sluice.fleet.Fleet;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/** The way down: no more newcomers, everybody is told and leaves, what was heard is written. Each step is bounded. */
@Singleton
final class Shutdown {
    private static final Logger LOG = Logger.getLogger(Shutdown.class);
    private static final Duration SPREAD = Duration.ofSeconds(2);
    private static final Duration LEAVE_WITHIN = Duration.ofSeconds(6);
    private static final Duration WRITE_WITHIN = Duration.ofSeconds(5);

    void stop(
            @Observes ShutdownEvent event,
            Startup startup,
            AgentSocketRoute socketRoute,
            AgentMoves moves,
            AgentSockets sockets,
            CommandJournal journal,
            Fleet fleet) {
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
