package dev.sluice.edge.gate;

import dev.sluice.delivery.session.Gate.Applicant;
import dev.sluice.fleet.AgentFeatures;
import dev.sluice.fleet.Fleet;
import dev.sluice.fleet.Presence;
import dev.sluice.identity.Token;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an agent when it is decided. Its key is its {@code agent_id}, always and over either transport, so
 * that both sides of a switch decide alike.
 */
public final class AgentApplicants {
    private static final Duration AT_LEAST = Duration.ofMinutes(5);

    private final Fleet fleet;
    private final LegacyDates legacy;
    private final Duration seenWithin;

    public AgentApplicants(Fleet fleet, LegacyDates legacy, Duration pollInterval) {
        this.fleet = fleet;
        this.legacy = legacy;
        Duration threeIntervals = pollInterval.multipliedBy(3);
        this.seenWithin = threeIntervals.compareTo(AT_LEAST) > 0 ? threeIntervals : AT_LEAST;
    }

    /** @param refusesPolling the connection itself says that it cannot poll ({@code fallback=none}) */
    public Applicant of(Presence agent, @Nullable Token token, boolean refusesPolling) {
        boolean canPoll = !refusesPolling && canPoll(agent);
        String tokenId = token == null ? null : token.id().toString();
        return new Applicant(agent.cluster().agentId(), tokenId, agent.cluster().labels(), canPoll, false);
    }

    private boolean canPoll(Presence agent) {
        AgentFeatures features = agent.cluster().features();
        if (features.supportsPolling()) {
            return true;
        }
        return !features.refusesPolling() && !legacy.sunset() && fleet.seenOnHttp(agent, seenWithin);
    }
}
