package dev.sluice.app;

import dev.sluice.config.SluiceConfig;
import dev.sluice.delivery.channel.Broker;
import dev.sluice.identity.client.ChannelAccess;
import dev.sluice.probe.LoopbackProbe;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;

/** Makes the built-in client, and sends it on its way. */
final class ProbeWiring {
    private static final Logger LOG = Logger.getLogger(ProbeWiring.class);

    /** A guard that looks every second must not fill the gateway with its own traffic. */
    private static final Duration SELDOM = Duration.ofSeconds(5);

    private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "::", "[::]");

    @Produces
    @Singleton
    ProbeSecret probeSecret() {
        return ProbeSecret.random();
    }

    @Produces
    @Singleton
    LoopbackProbe loopbackProbe(Vertx vertx, Broker broker, ProbeSecret secret) {
        return new LoopbackProbe(vertx, host(), ProbeWiring::port, secret.value(), broker, ChannelAccess.PROBE);
    }

    private static String host() {
        String bound =
                config().getOptionalValue("quarkus.http.host", String.class).orElse("0.0.0.0");
        return EVERYWHERE.contains(bound) ? "127.0.0.1" : bound;
    }

    /** Where it is to be any free one, the listener writes down which it got. */
    private static int port() {
        String key = LaunchMode.current() == LaunchMode.TEST ? "quarkus.http.test-port" : "quarkus.http.port";
        return config().getValue(key, Integer.class);
    }

    private static Config config() {
        return ConfigProvider.getConfig();
    }

    void start(@Observes StartupEvent event, Vertx vertx, LoopbackProbe probe, SluiceConfig config) {
        if (!config.rollout().guard().enabled()) {
            return;
        }
        boolean plain = config().getOptionalValue("quarkus.http.insecure-requests", String.class)
                .map("enabled"::equalsIgnoreCase)
                .orElse(true);
        if (!plain) {
            LOG.info("no plain HTTP on the public listener, so the critical probe has no way in");
            return;
        }
        Duration interval = config.rollout().guard().interval();
        Duration every = interval.compareTo(SELDOM) < 0 ? SELDOM : interval;
        vertx.setPeriodic(every.toMillis(), timer -> probe.run());
    }

    void stop(@Observes ShutdownDelayInitiatedEvent event, LoopbackProbe probe) {
        probe.stop();
    }
}
