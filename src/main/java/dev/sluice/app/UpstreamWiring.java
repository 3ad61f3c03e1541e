package dev.sluice.app;

import dev.sluice.config.SluiceConfig;
import dev.sluice.config.UpstreamConfig;
import dev.sluice.delivery.channel.Broker;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.delivery.channel.ChannelSessions;
import dev.sluice.delivery.channel.Client;
import dev.sluice.delivery.upstream.ClientEvents;
import dev.sluice.delivery.upstream.ClientEvents.Caller;
import dev.sluice.delivery.upstream.ClientMessages;
import dev.sluice.delivery.upstream.ClientReplies;
import dev.sluice.delivery.upstream.OutboxStore;
import dev.sluice.edge.socketio.SocketIoSeats;
import dev.sluice.identity.client.ClientIdentity;
import dev.sluice.observe.UpstreamMetrics;
import dev.sluice.upstream.Outbox;
import dev.sluice.upstream.Upstream;
import dev.sluice.upstream.UpstreamClient;
import dev.sluice.webhook.CloudEventWriter;
import dev.sluice.webhook.WebhookTarget;
import io.quarkus.runtime.StartupEvent;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Makes the way to the application behind the gateway, where one is configured. */
final class UpstreamWiring {
    private static final Logger LOG = Logger.getLogger(UpstreamWiring.class);

    /** So many failures in a row, and nobody is asked for a while: clients are answered at once instead of late. */
    private static final int FAILURES = 5;

    private static final long RESET_MILLIS = Duration.ofSeconds(5).toMillis();
    private static final long LOOK_MILLIS = 500;
    private static final long COUNT_MILLIS = 10_000;

    /** The client has its own deadline; the breaker's would only cut it shorter. */
    private static final long NO_TIMEOUT = -1;

    /** The application, or nobody. */
    record Application(Optional<Upstream> upstream) {
        int waiting() {
            return upstream.map(it -> it.outbox().waiting()).orElse(0);
        }
    }

    @Produces
    @Singleton
    Application application(
            Vertx vertx,
            CloudEventWriter events,
            Broker broker,
            ClientReplies replies,
            OutboxStore store,
            EventLoops loops,
            UpstreamMetrics metrics,
            InstantSource clock,
            SluiceConfig config) {
        UpstreamConfig settings = config.upstream();
        return new Application(settings.url().map(given -> {
            WebhookTarget target = WebhookAddress.of("sluice.upstream", settings, settings.timeout());
            LOG.infof("clients' comings, goings and messages are told to %s", target.host());
            UpstreamClient client = new UpstreamClient(
                    vertx, target, UpstreamClient.Form.valueOf(settings.form().name()), clock);
            return new Upstream(
                    new Upstream.Ports(client, breaker(vertx), events, broker, replies, clock, metrics),
                    Upstream.Unanswered.valueOf(settings.onTimeout().name()),
                    store,
                    loops.any(),
                    new Outbox.Settings(
                            settings.retryFor(),
                            settings.firstRetry(),
                            settings.longestRetry(),
                            settings.parallel(),
                            settings.maxUnstored()));
        }));
    }

    private static CircuitBreaker breaker(Vertx vertx) {
        CircuitBreakerOptions options = new CircuitBreakerOptions()
                .setMaxFailures(FAILURES)
                .setTimeout(NO_TIMEOUT)
                .setResetTimeout(RESET_MILLIS)
                .setNotificationAddress(null);
        return CircuitBreaker.create("upstream", vertx, options)
                .openHandler(open -> LOG.warn("the application does not answer; it is left alone for a while"))
                .closeHandler(closed -> LOG.info("the application answers again"));
    }

    @Produces
    @Singleton
    ClientMessages clientMessages(Application application) {
        return application.upstream().<ClientMessages>map(it -> it).orElse(ClientMessages.NONE);
    }

    @Produces
    @Singleton
    ClientEvents clientEvents(Application application) {
        return application.upstream().<ClientEvents>map(it -> it).orElse(ClientEvents.NONE);
    }

    private static Caller callerOf(ChannelSession session) {
        Client client = session.client();
        boolean user = client.owner().startsWith(ClientIdentity.USER);
        return new Caller(
                session.id(),
                client.clientId(),
                user ? client.owner().substring(ClientIdentity.USER.length()) : null,
                client.protocol(),
                "none",
                SocketIoSeats.named(session));
    }

    /** What was kept before the start, and what is due again. */
    void look(@Observes StartupEvent event, Vertx vertx, Application application, ChannelSessions sessions) {
        application
                .upstream()
                .ifPresent(upstream -> sessions.onEnded(over -> {
                    if (!over.id().isProbe()) {
                        upstream.disconnected(callerOf(over), "ended");
                    }
                }));
        application.upstream().map(Upstream::outbox).ifPresent(outbox -> {
            vertx.setPeriodic(LOOK_MILLIS, timer -> outbox.look());
            vertx.setPeriodic(COUNT_MILLIS, timer -> outbox.count());
        });
    }
}
