package dev.sluice.app;

import dev.sluice.admin.SessionRoutes;
import dev.sluice.config.ChannelConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.delivery.channel.Broker;
import dev.sluice.delivery.channel.BrokerLimits;
import dev.sluice.delivery.channel.ChannelLimits;
import dev.sluice.delivery.channel.ChannelObserver;
import dev.sluice.delivery.channel.ChannelPolicies;
import dev.sluice.delivery.channel.ChannelPolicies.Rule;
import dev.sluice.delivery.channel.ChannelPolicy;
import dev.sluice.delivery.channel.ChannelPolicy.Overflow;
import dev.sluice.delivery.channel.ChannelSessions;
import dev.sluice.delivery.channel.DurableLog;
import dev.sluice.delivery.channel.MemoryBroker;
import dev.sluice.delivery.channel.SessionStore;
import dev.sluice.delivery.mailbox.MailboxLimits;
import dev.sluice.delivery.mailbox.MemoryBudget;
import dev.sluice.delivery.session.SessionLimits;
import dev.sluice.delivery.session.SessionRegistry;
import dev.sluice.edge.channel.ChannelRoutes;
import dev.sluice.edge.channel.EventRoutes;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Makes the channels, the sessions that have them, and the URLs by which applications use them. */
final class ChannelWiring {
    private static final long TICK_MILLIS = 1_000;

    /** Nobody loses a pipeline's state to a restart. */
    private static final String PIPELINES = "pipelines";

    /** The rooms of a namespace. */
    private static final String ROOM = ";";

    private static final String ROOMS = ROOM + "*";

    private static final ChannelPolicy USUAL = ChannelPolicy.DEFAULT;

    private static Supplier<String> randomWords(int bytes) {
        SecureRandom random = new SecureRandom();
        return () -> {
            byte[] bits = new byte[bytes];
            random.nextBytes(bits);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
        };
    }

    @Produces
    @Singleton
    ChannelPolicies channelPolicies(SluiceConfig config) {
        List<Rule> rules = new ArrayList<>();
        config.channels()
                .forEach((pattern, keys) ->
                        rules.add(new Rule(pattern, policy(keys, isDurableByDefault(pattern, config)))));
        for (String pattern : durablePatterns(config)) {
            if (!config.channels().containsKey(pattern)) {
                rules.add(new Rule(pattern, durable(USUAL)));
            }
        }
        return new ChannelPolicies(rules, USUAL);
    }

    /** What survives a restart unless somebody says otherwise: pipelines, and Socket.IO's namespaces with their rooms. */
    private static Set<String> durablePatterns(SluiceConfig config) {
        Set<String> patterns = new LinkedHashSet<>();
        for (String channel : durableChannels(config)) {
            patterns.add(channel);
            patterns.add(channel + ROOMS);
        }
        return patterns;
    }

    private static Set<String> durableChannels(SluiceConfig config) {
        Set<String> channels = new LinkedHashSet<>();
        channels.add(PIPELINES);
        config.socketio().namespaces().forEach(namespace -> channels.add(namespace.substring(1)));
        return channels;
    }

    /** Of a pattern that says nothing of it: one room of a namespace is as durable as all of them. */
    private static boolean isDurableByDefault(String pattern, SluiceConfig config) {
        return durableChannels(config).stream()
                .anyMatch(channel -> pattern.equals(channel) || pattern.startsWith(channel + ROOM));
    }

    private static ChannelPolicy policy(ChannelConfig keys, boolean durable) {
        ChannelConfig.History history = keys.history();
        return new ChannelPolicy(
                history.size().orElse(USUAL.size()),
                history.bytes().map(MemorySize::asLongValue).orElse(USUAL.bytes()),
                history.age().orElse(USUAL.age()),
                history.durable().orElse(durable),
                keys.overflow().map(word -> Overflow.valueOf(word.name())).orElse(USUAL.overflow()));
    }

    private static ChannelPolicy durable(ChannelPolicy policy) {
        return new ChannelPolicy(policy.size(), policy.bytes(), policy.age(), true, policy.overflow());
    }

    @Produces
    @Singleton
    MemoryBroker broker(
            EventLoops loops, DurableLog log, ChannelPolicies policies, InstantSource clock, ChannelObserver metrics) {
        return new MemoryBroker(loops.any(), log, policies, BrokerLimits.DEFAULT, clock, randomWords(9), metrics);
    }

    @Produces
    @Singleton
    ChannelSessions channelSessions(
            MemoryBroker broker,
            ChannelPolicies policies,
            SessionStore store,
            SessionRegistry registry,
            MemoryBudget budget,
            EventLoops loops,
            InstantSource clock,
            ChannelMeters meters,
            ChannelObserver metrics,
            SluiceConfig config) {
        ChannelLimits usual = ChannelLimits.DEFAULT;
        ChannelLimits limits = new ChannelLimits(
                new SessionLimits(
                        usual.session().openTimeout(),
                        config.sessions().grace(),
                        config.mailbox().maxAge()),
                new MailboxLimits(
                        config.mailbox().maxBytes().asLongValue(),
                        config.mailbox().maxFrames(),
                        config.mailbox().maxAge()),
                config.sessions().max(),
                config.sessions().maxSubscriptions(),
                usual.maxRequests(),
                usual.maxRequestBytes(),
                usual.perTurn(),
                usual.retry());
        ChannelSessions.Ports ports = new ChannelSessions.Ports(
                broker,
                policies,
                store,
                registry,
                budget,
                loops.any(),
                clock,
                randomWords(6),
                meters.sessions(),
                metrics);
        return new ChannelSessions(ports, limits);
    }

    @Produces
    @Singleton
    EventRoutes eventRoutes(Broker broker, SluiceConfig config) {
        return new EventRoutes(broker, Math.toIntExact(config.limits().message().asLongValue()));
    }

    @Produces
    @Singleton
    ChannelRoutes channelRoutes(Broker broker, ChannelSessions sessions) {
        return new ChannelRoutes(broker, sessions);
    }

    @Produces
    @Singleton
    SessionRoutes sessionRoutes(ChannelSessions sessions) {
        return new SessionRoutes(sessions);
    }

    /** Time begins to pass for channels and their sessions. */
    void start(
            @Observes StartupEvent event,
            EventLoops loops,
            Vertx vertx,
            MemoryBroker broker,
            ChannelSessions sessions,
            InstantSource clock) {
        loops.everyTick(sessions::tick);
        vertx.setPeriodic(TICK_MILLIS, timer -> broker.tick(clock.millis()));
        sessions.started();
    }
}
