package dev.sluice.app;

import dev.sluice.config.SluiceConfig;
import dev.sluice.edge.gate.AgentApplicants;
import dev.sluice.edge.gate.AskedClients;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.http.RateLimits;
import dev.sluice.edge.ofrep.EventStreams;
import dev.sluice.edge.ofrep.OfrepRoutes;
import dev.sluice.edge.ofrep.StreamLimits;
import dev.sluice.fleet.Fleet;
import dev.sluice.rollout.control.RolloutControl;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Makes the remote evaluation of flags and its streams of changes. */
final class OfrepWiring {

    @Produces
    @Singleton
    EventStreams eventStreams(SluiceConfig config, InstantSource clock) {
        StreamLimits limits = new StreamLimits(
                config.ofrep().maxStreams(),
                config.limits().connectionsPerAddress().orElse(Integer.MAX_VALUE),
                config.ofrep().spread(),
                config.ofrep().heartbeat());
        return new EventStreams(limits, clock);
    }

    @Produces
    @Singleton
    OfrepRoutes ofrepRoutes(
            RolloutControl control,
            RolloutGate gate,
            AgentApplicants applicants,
            Fleet fleet,
            EventStreams streams,
            RateLimits rates) {
        return new OfrepRoutes(control, gate, new AskedClients(applicants, fleet), streams, rates);
    }
}
