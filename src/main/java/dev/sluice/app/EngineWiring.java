package dev.sluice.app;

import dev.sluice.config.SluiceConfig;
import dev.sluice.delivery.command.AgentSessions;
import dev.sluice.delivery.command.CommandJournal;
import dev.sluice.delivery.command.CommandLimits;
import dev.sluice.delivery.command.CommandObserver;
import dev.sluice.delivery.command.CommandRouter;
import dev.sluice.delivery.command.CommandStore;
import dev.sluice.delivery.mailbox.MemoryBudget;
import dev.sluice.delivery.session.SessionLimits;
import dev.sluice.delivery.session.SessionObserver;
import dev.sluice.delivery.session.SessionRegistry;
import dev.sluice.fleet.ClusterStore;
import dev.sluice.fleet.Fleet;
import dev.sluice.identity.SecretSource;
import dev.sluice.identity.TokenBook;
import dev.sluice.identity.TokenStore;
import dev.sluice.rollout.control.Fallbacks;
import dev.sluice.rollout.control.Refusals;
import dev.sluice.rollout.control.RolloutControl;
import dev.sluice.rollout.control.RolloutSettings;
import dev.sluice.rollout.control.RolloutStore;
import dev.sluice.rollout.decision.Bucketing;
import dev.sluice.rollout.decision.Percentage;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.InstantSource;

/** Makes the rooms below the front door: plain classes there, beans here. */
final class EngineWiring {

    @Produces
    @Singleton
    InstantSource clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    EventLoops eventLoops(Vertx vertx, InstantSource clock) {
        return new EventLoops(vertx, Runtime.getRuntime().availableProcessors() * 2, clock);
    }

    @Produces
    @Singleton
    TokenBook tokenBook(TokenStore store, InstantSource clock) {
        return new TokenBook(store, clock, SecretSource.random());
    }

    @Produces
    @Singleton
    Fleet fleet(ClusterStore store, InstantSource clock) {
        return new Fleet(store, clock);
    }

    @Produces
    @Singleton
    CommandJournal journal(
            CommandStore store, EventLoops loops, InstantSource clock, SluiceConfig config, CommandObserver observer) {
        return new CommandJournal(store, loops.any(), clock, config.commands().maxUnwritten(), observer);
    }

    @Produces
    @Singleton
    CommandRouter router(
            CommandStore store,
            CommandJournal journal,
            EventLoops loops,
            SluiceConfig config,
            InstantSource clock,
            CommandObserver observer,
            MemoryBudget budget) {
        CommandLimits limits = new CommandLimits(
                config.commands().lease(),
                config.commands().maxOpen(),
                config.commands().maxOpenBytes().asLongValue(),
                budget);
        return new CommandRouter(store, journal, loops::of, limits, clock, observer);
    }

    @Produces
    @Singleton
    MemoryBudget memoryBudget(SluiceConfig config) {
        long quarterOfHeap = Runtime.getRuntime().maxMemory() / 4;
        return new MemoryBudget(
                config.mailbox().totalBytes().map(MemorySize::asLongValue).orElse(quarterOfHeap));
    }

    @Produces
    @Singleton
    SessionRegistry sessionRegistry() {
        return new SessionRegistry();
    }

    @Produces
    @Singleton
    AgentSessions agentSessions(
            SessionRegistry registry,
            EventLoops loops,
            SluiceConfig config,
            InstantSource clock,
            SessionObserver observer) {
        SessionLimits limits = new SessionLimits(
                config.agents().grace(),
                config.agents().grace(),
                config.mailbox().maxAge());
        return new AgentSessions(registry, loops::of, limits, clock, observer);
    }

    @Produces
    @Singleton
    RolloutControl rolloutControl(RolloutStore store, InstantSource clock, SluiceConfig config) {
        RolloutSettings settings = new RolloutSettings(
                config.rollout().salt(),
                Bucketing.parse(config.rollout().bucketing()),
                Percentage.of(config.rollout().holdback()));
        return new RolloutControl(store, clock, settings);
    }

    @Produces
    @Singleton
    Refusals refusals(InstantSource clock, SluiceConfig config) {
        return new Refusals(clock, config.rollout().cannotPollAfter());
    }

    @Produces
    @Singleton
    Fallbacks fallbacks(InstantSource clock) {
        return new Fallbacks(clock);
    }
}
