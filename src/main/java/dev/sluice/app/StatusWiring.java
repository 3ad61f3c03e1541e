package dev.sluice.app;

import dev.sluice.config.SluiceConfig;
import dev.sluice.delivery.channel.Broker;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.http.RateLimits;
import dev.sluice.edge.socketio.EngineConnections;
import dev.sluice.edge.socketio.SocketIoOptions;
import dev.sluice.edge.status.GatewayHealth;
import dev.sluice.edge.status.PipelineRoutes;
import dev.sluice.edge.status.StatusRoutes;
import dev.sluice.edge.status.StatusSettings;
import dev.sluice.rollout.control.RolloutControl;
import dev.sluice.status.PipelineStore;
import dev.sluice.status.Pipelines;
import dev.sluice.store.StoreHealth;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Makes what pipelines report to, and what status pages ask. */
final class StatusWiring {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Produces
    @Singleton
    Pipelines pipelines(PipelineStore store, Broker broker, InstantSource clock, SluiceConfig config) {
        SluiceConfig.Status keys = config.status();
        return new Pipelines(store, broker, clock, keys.staleAfter(), keys.maxPipelines());
    }

    @Produces
    @Singleton
    PipelineRoutes pipelineRoutes(Pipelines pipelines) {
        return new PipelineRoutes(pipelines);
    }

    @Produces
    @Singleton
    StatusRoutes statusRoutes(
            Pipelines pipelines,
            RolloutGate gate,
            RateLimits rates,
            SocketIoOptions options,
            StoreHealth store,
            RolloutControl control,
            EngineConnections connections,
            SluiceConfig config) {
        StatusSettings settings = new StatusSettings(
                options.path() + "/",
                List.copyOf(options.namespaces()),
                options.recovery(),
                options.engine().pingInterval(),
                options.engine().pingTimeout(),
                options.engine().maxPayload(),
                config.status().maxAge(),
                config.status().maxAgeWithWebsocket());
        GatewayHealth health = new GatewayHealth(
                store::available,
                // It lives in this process: where that answers, so does it.
                () -> true,
                () -> control.state().flags().websocketEnabled(),
                connections::open);
        return new StatusRoutes(pipelines, gate, rates, settings, health);
    }

    /** Before the first listener opens. */
    void start(@Observes StartupEvent event, Pipelines pipelines, SluiceConfig config) {
        config.status().pipelineId().filter(id -> !id.isBlank()).ifPresent(pipelines::expect);
        pipelines.load().await().atMost(PATIENCE);
    }
}
