package dev.sluice.edge.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Mode;
import dev.sluice.edge.loop.Deadlines;
import dev.sluice.fleet.Fleet;
import dev.sluice.fleet.Presence;
import dev.sluice.fleet.Presences;
import dev.sluice.identity.Token;
import dev.sluice.identity.TokenKind;
import dev.sluice.rollout.drain.Movable;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever polls is met once, whatever becomes of the polls during the walk. */
class MovableAgentsTest {
    private static final int AGENTS = 100;
    private static final Instant NOW = Instant.ofEpochMilli(1_000_000);

    private final Vertx vertx = Vertx.vertx();
    private final InstantSource clock = InstantSource.fixed(NOW);
    private final Fleet fleet = Presences.fleet(clock);
    private final ParkedPolls parked = new ParkedPolls(new Deadlines(vertx));
    private final MovableAgents agents =
            new MovableAgents(vertx, new AgentSockets(clock), parked, partsForAWalk(), Duration.ofSeconds(30));
    private final List<Presence> present = IntStream.range(0, AGENTS)
            .mapToObj(i -> Presences.register(fleet, "agent-" + i))
            .peek(agent -> agent.httpBeat(clock.millis()))
            .toList();

    @AfterEach
    void close() {
        vertx.close();
    }

    @Test
    void meetsThoseWhosePollIsAnsweredDuringTheWalk() {
        present.forEach(this::park);

        List<Movable> met = walk(() -> parked.all().forEach(poll -> parked.release(poll.release())));

        assertThat(met).hasSize(AGENTS);
    }

    @Test
    void meetsThoseWhosePollBeginsToWaitDuringTheWalkOnce() {
        List<Movable> met = walk(() -> present.forEach(this::park));

        assertThat(met).hasSize(AGENTS);
    }

    @Test
    void meetsThoseWhosePollIsFollowedByAnotherOnce() {
        present.forEach(this::park);

        List<Movable> met = walk(() -> {
            parked.all().forEach(poll -> parked.release(poll.release()));
            present.forEach(this::park);
        });

        assertThat(met).hasSize(AGENTS);
    }

    /** Something happens as soon as the first was met. */
    private List<Movable> walk(Runnable meanwhile) {
        Iterator<Movable> polling = agents.polling();
        List<Movable> met = new ArrayList<>(List.of(polling.next()));
        meanwhile.run();
        polling.forEachRemaining(met::add);
        return met;
    }

    private void park(Presence agent) {
        Token token = new Token(UUID.randomUUID(), TokenKind.AGENT, "its", 1, null, Set.of(), NOW, null, null);
        // One of its own each time: it is what a poll is known by.
        ParkedPolls.Release release = new ParkedPolls.Release() {
            @Override
            public void run() {}
        };
        parked.park(new ParkedPolls.Parked(release, agent, token, Mode.POLLING, clock.millis()));
    }

    /** A walk asks who is there; nobody is decided. */
    private AgentParts partsForAWalk() {
        return new AgentParts(null, null, null, fleet, null, null, null, clock, null);
    }
}
