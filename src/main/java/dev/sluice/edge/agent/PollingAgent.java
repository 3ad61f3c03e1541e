package dev.sluice.edge.agent;

import dev.sluice.core.Mode;
import dev.sluice.fleet.Presence;
import dev.sluice.rollout.decision.ClientFacts;
import dev.sluice.rollout.drain.Farewell;
import dev.sluice.rollout.drain.Movable;
import org.jspecify.annotations.Nullable;

/** An agent that polls: with a poll that waits, or between two of them. Any thread. */
final class PollingAgent implements Movable {
    private final MovableAgents agents;
    private final ParkedPolls parked;
    private final Presence agent;
    private final ParkedPolls.@Nullable Parked poll;

    PollingAgent(MovableAgents agents, ParkedPolls parked, Presence agent, ParkedPolls.@Nullable Parked poll) {
        this.agents = agents;
        this.parked = parked;
        this.agent = agent;
        this.poll = poll;
    }

    @Override
    public ClientFacts facts() {
        return agents.facts(agent, poll == null ? null : poll.token(), false);
    }

    @Override
    public Mode mode() {
        return Mode.POLLING;
    }

    @Override
    public Mode told() {
        return poll == null ? Mode.POLLING : poll.mode();
    }

    @Override
    public boolean fallback() {
        return agents.inFallback(agent);
    }

    @Override
    public boolean able() {
        return agent.canUseWebSocket();
    }

    @Override
    public boolean reachable() {
        return poll != null && parked.waits(poll.release());
    }

    @Override
    public long connectedAt() {
        return poll == null ? agent.lastHttp() : poll.since();
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public boolean move(Farewell farewell) {
        return poll != null && parked.release(poll.release());
    }
}
