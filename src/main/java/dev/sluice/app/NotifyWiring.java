package dev.sluice.app;

import dev.sluice.config.NotificationConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.notify.RolloutNotifier;
import dev.sluice.observe.WebhookMetrics;
import dev.sluice.rollout.control.RolloutControl;
import dev.sluice.webhook.CloudEventWriter;
import dev.sluice.webhook.RetryPolicy;
import dev.sluice.webhook.WebhookClient;
import dev.sluice.webhook.WebhookQueue;
import dev.sluice.webhook.WebhookTarget;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.InstantSource;
import org.jboss.logging.Logger;

/** Makes what tells other systems of the rollout. */
final class NotifyWiring {
    private static final Logger LOG = Logger.getLogger(NotifyWiring.class);

    /** Where no public URL is configured the gateway still has a name. */
    private static final String NAME = "urn:sluice";

    @Produces
    @Singleton
    CloudEventWriter cloudEventWriter(SluiceConfig config, InstantSource clock) {
        return new CloudEventWriter(URI.create(config.publicUrl().orElse(NAME)), clock);
    }

    @Produces
    @Singleton
    WebhookClient webhookClient(Vertx vertx, InstantSource clock) {
        return new WebhookClient(vertx, clock);
    }

    @Produces
    @Singleton
    Notifications notifications(Vertx vertx, WebhookClient client, WebhookMetrics metrics, SluiceConfig config) {
        NotificationConfig settings = config.rollout().notification();
        if (settings.url().isEmpty()) {
            return Notifications.NONE;
        }
        RetryPolicy policy = new RetryPolicy(settings.attempts(), settings.firstRetry(), settings.longestRetry());
        WebhookTarget target = WebhookAddress.of("sluice.rollout.notify", settings, settings.timeout());
        LOG.infof("verdicts and ceilings of the rollout are told to %s", target.host());
        return new Notifications(
                new WebhookQueue(vertx.getOrCreateContext(), client, target, policy, settings.maxWaiting(), metrics));
    }

    @Produces
    @Singleton
    RolloutNotifier rolloutNotifier(CloudEventWriter writer, RolloutControl control, Notifications notifications) {
        return new RolloutNotifier(writer, control::state, notifications);
    }
}
