package dev.sluice.app;

import dev.sluice.config.SluiceConfig;
import dev.sluice.config.StatusConfig;
import dev.sluice.delivery.channel.Broker;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.http.RateLimits;
import dev.sluice.edge.socketio.EngineConnections;
import dev.sluice.edge.socketio.SocketIoOptions;
import dev.sluice.edge.status.GatewayHealth;
import dev.sluice.edge.status.PipelineRoutes;
import dev.sluice.edge.status.Pulse;
import dev.sluice.edge.status.StatusRoutes;
import dev.sluice.edge.status.StatusSettings;
import dev.sluice.identity.client.ChannelAccess;
import dev.sluice.rollout.control.RolloutControl;
import dev.sluice.status.Pipeline;
import dev.sluice.status.PipelineStore;
import dev.sluice.status.Pipelines;
import dev.sluice.store.Transactions;
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
        StatusConfig keys = config.status();
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
            Transactions transactions,
            Broker broker,
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
                new Pulse(transactions::ping, System::nanoTime),
                // A channel that is in memory alone: whether its loop turns is asked, and the database not again.
                new Pulse(() -> broker.head(ChannelAccess.PROBE), System::nanoTime),
                () -> control.state().flags().websocketEnabled(),
                connections::open);
        return new StatusRoutes(pipelines, gate, rates, settings, health);
    }

    /** Before the first listener opens. */
    void start(@Observes StartupEvent event, Pipelines pipelines, SluiceConfig config) {
        config.status().pipelineId().filter(id -> !id.isBlank()).ifPresent(id -> {
            if (!Pipeline.isId(id)) {
                // Listed all the same, it could never report and would be shown stale for good.
                throw new RefusedToStart("sluice.status.pipeline-id (RAG_PIPELINE_ID) is '%s'; it must be %s"
                        .formatted(id, Pipeline.ID_FORM));
            }
            pipelines.expect(id);
        });
        pipelines.load().await().atMost(PATIENCE);
    }
}
