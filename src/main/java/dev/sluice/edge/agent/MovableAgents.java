package dev.sluice.edge.agent;

import dev.sluice.edge.gate.AgentApplicants;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.loop.Slices;
import dev.sluice.fleet.Fleet;
import dev.sluice.fleet.Presence;
import dev.sluice.identity.Token;
import dev.sluice.protocol.agent.AgentConnection;
import dev.sluice.rollout.decision.ClientFacts;
import dev.sluice.rollout.drain.Movable;
import dev.sluice.rollout.drain.Movables;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The agents of this node as the drain meets them: sockets, polls that wait, and agents between two polls. */
public final class MovableAgents implements Movables {
    private final Vertx vertx;
    private final AgentSockets sockets;
    private final ParkedPolls parked;
    private final Fleet fleet;
    private final RolloutGate gate;
    private final AgentApplicants applicants;
    private final Duration present;

    /** @param present how long after its last request an agent that polls counts as present */
    public MovableAgents(Vertx vertx, AgentSockets sockets, ParkedPolls parked, AgentParts parts, Duration present) {
        this.vertx = vertx;
        this.sockets = sockets;
        this.parked = parked;
        this.fleet = parts.fleet();
        this.gate = parts.gate();
        this.applicants = parts.applicants();
        this.present = present;
    }

    @Override
    public String protocol() {
        return AgentConnection.PROTOCOL;
    }

    @Override
    public int open() {
        return sockets.size() + parked.size();
    }

    @Override
    public void visit(Consumer<Movable> visitor, Runnable visited) {
        AtomicInteger left = new AtomicInteger(2);
        Runnable done = () -> {
            if (left.decrementAndGet() == 0) {
                visited.run();
            }
        };
        sockets.forEach(socket -> visitor.accept(of(socket)), done);
        Context context = vertx.getOrCreateContext();
        context.runOnContext(hop -> Slices.run(context, polling(), visitor, done));
    }

    /**
     * Whoever polls, each once. Which polls wait is looked at once: one that is answered during the walk is still its
     * agent's, who would else be missed, or met twice when its next one waits. What a poll is asked is safe on any
     * thread.
     */
    Iterator<Movable> polling() {
        List<ParkedPolls.Parked> polls = parked.all();
        Set<Presence> waiting = Collections.newSetFromMap(new IdentityHashMap<>());
        polls.forEach(poll -> waiting.add(poll.agent()));
        Stream<Movable> between = fleet.onHttp(present)
                .filter(agent -> !waiting.contains(agent))
                .map(agent -> new PollingAgent(this, parked, agent, null));
        return Stream.concat(polls.stream().map(this::of), between).iterator();
    }

    Movable of(AgentSocket socket) {
        return new SocketAgent(this, socket);
    }

    Movable of(ParkedPolls.Parked poll) {
        return new PollingAgent(this, parked, poll.agent(), poll);
    }

    /** As the gate is told them when the agent comes in. */
    ClientFacts facts(Presence agent, @Nullable Token token, boolean refusesPolling) {
        return gate.factsOf(applicants.of(agent, token, refusesPolling));
    }

    boolean inFallback(Presence agent) {
        return gate.inFallback(agent.cluster().agentId());
    }
}
