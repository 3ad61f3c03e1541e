package dev.sluice.app;

import dev.sluice.admin.PreviewRoutes;
import dev.sluice.admin.RolloutRoutes;
import dev.sluice.admin.TokenRoutes;
import dev.sluice.edge.gate.AgentApplicants;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.http.RateLimits;
import dev.sluice.fleet.Fleet;
import dev.sluice.identity.TokenBook;
import dev.sluice.rollout.control.RolloutControl;
import dev.sluice.rollout.drain.Drain;
import dev.sluice.rollout.drain.Following;
import dev.sluice.rollout.watch.Watch;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Makes the operators' URLs. */
final class AdminWiring {

    @Produces
    @Singleton
    TokenRoutes tokenRoutes(TokenBook tokens, Fleet fleet) {
        return new TokenRoutes(tokens, fleet);
    }

    @Produces
    @Singleton
    RolloutRoutes rolloutRoutes(
            RolloutControl control,
            RolloutGate gate,
            AgentApplicants applicants,
            Fleet fleet,
            RateLimits rates,
            Drain drain,
            Following following,
            Watch watch) {
        return new RolloutRoutes(control, gate, applicants, fleet, rates, drain, following, watch);
    }

    @Produces
    @Singleton
    PreviewRoutes previewRoutes(RolloutControl control, Following following) {
        return new PreviewRoutes(control, following);
    }
}
