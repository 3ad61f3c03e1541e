package dev.sluice.app;

import dev.sluice.config.FlagFileWatcher;
import dev.sluice.config.FlagSources;
import dev.sluice.config.SluiceConfig;
import dev.sluice.core.Disconnect;
import dev.sluice.delivery.command.CommandJournal;
import dev.sluice.delivery.command.CommandRouter;
import dev.sluice.delivery.command.CommandStore;
import dev.sluice.delivery.session.SessionRegistry;
import dev.sluice.edge.agent.AgentSockets;
import dev.sluice.edge.agent.ParkedPolls;
import dev.sluice.edge.gate.LegacyDates;
import dev.sluice.fleet.Fleet;
import dev.sluice.identity.BootstrapTokens;
import dev.sluice.identity.BootstrapTokens.Stage;
import dev.sluice.identity.Token;
import dev.sluice.identity.TokenBook;
import dev.sluice.observe.CommandMetrics;
import dev.sluice.observe.NodeHealth;
import dev.sluice.rollout.control.FlagFileResult;
import dev.sluice.rollout.control.RolloutControl;
import dev.sluice.rollout.control.RolloutStore;
import dev.sluice.rollout.control.SavedRollout;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.drain.Drain;
import dev.sluice.rollout.drain.Following;
import dev.sluice.rollout.watch.Watch;
import dev.sluice.store.Transactions;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The order in which a node begins, before its first listener opens: what operators said, flags, tokens, clusters;
 * then time starts to pass.
 */
@Singleton
final class Startup {
    private static final Logger LOG = Logger.getLogger(Startup.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int WARM_CLUSTERS = 100_000;
    private static final long MINUTE_MILLIS = Duration.ofMinutes(1).toMillis();
    private static final long SWEEP_MILLIS = Duration.ofSeconds(10).toMillis();
    private static final Duration KEYS_LIVE = Duration.ofHours(24);

    private final RolloutControl control;
    private final TokenBook tokens;
    private final Fleet fleet;
    private final SluiceConfig config;
    private final InstantSource clock;
    private final Vertx vertx;
    private @Nullable FlagFileWatcher watcher;

    Startup(
            RolloutControl control,
            TokenBook tokens,
            Fleet fleet,
            SluiceConfig config,
            InstantSource clock,
            Vertx vertx) {
        this.control = control;
        this.tokens = tokens;
        this.fleet = fleet;
        this.config = config;
        this.clock = clock;
        this.vertx = vertx;
    }

    void start(
            @Observes StartupEvent event,
            RolloutStore rollouts,
            EventLoops loops,
            SessionRegistry sessions,
            CommandRouter router,
            CommandJournal journal,
            CommandStore commands,
            CommandMetrics expired,
            AgentSockets sockets,
            ParkedPolls parked,
            Drain drain,
            Following following,
            Transactions transactions,
            FlagReloads reloads,
            NodeHealth health,
            LegacyDates legacy,
            Watch watch) {
        putFlagsInForce(rollouts, drain, reloads, legacy);
        beginToWatch(watch);
        bringTokens(sockets, parked);
        fleet.warm(WARM_CLUSTERS).await().atMost(PATIENCE);
        loops.everyTick((home, now) -> {
            sessions.tick(home, now);
            router.tick(home, now);
        });
        every(1_000, journal::tick);
        every(Drain.TICK.toMillis(), () -> drain.tick(TimeUnit.NANOSECONDS.toMillis(System.nanoTime())));
        every(countEvery().toMillis(), () -> background("count who followed", following.look()));
        every(config.agents().saveBeatsEvery().toMillis(), () -> background("save beats", fleet.saveBeats()));
        every(SWEEP_MILLIS, () -> {
            background("expire commands", commands.expire(clock.instant()).invoke(expired::expired));
            background("write audit rows", control.flushPending());
            background("look for the database", transactions.ping());
            closeExpired(sockets);
        });
        every(
                MINUTE_MILLIS,
                () -> background(
                        "forget idempotency keys",
                        commands.forgetKeys(clock.instant().minus(KEYS_LIVE))));
        NativeHeap.keepTrimmed(vertx);
        health.started();
        StartScreen.print(control.view(), watch.view(), ConfigProvider.getConfig());
    }

    private void putFlagsInForce(RolloutStore rollouts, Drain drain, FlagReloads reloads, LegacyDates legacy) {
        SavedRollout saved = rollouts.load().await().atMost(PATIENCE);
        FlagFileWatcher file = new FlagFileWatcher(
                Path.of(config.flagsFile()), FlagFileWatcher.INTERVAL, control::onFileChange, reloads);
        FlagFileResult first = file.first();
        try {
            control.start(saved, FlagSources.read(ConfigProvider.getConfig()), first);
        } catch (IllegalStateException invalid) {
            throw new RefusedToStart(String.valueOf(invalid.getMessage()));
        }
        background("record the start", control.recordStart());
        control.onChange((before, now) -> {
            drain.rolloutChanged(before, now);
            warnOfSunset(legacy);
            background("write audit rows", control.flushPending());
        });
        file.start();
        watcher = file;
        warnOfSunset(legacy);
    }

    /** The ceiling is where it was left before the first client comes; then the guard looks on its own. */
    private void beginToWatch(Watch watch) {
        watch.begin().await().atMost(PATIENCE);
        if (config.rollout().guard().enabled()) {
            // Off the event loops: to close a window takes milliseconds.
            every(
                    config.rollout().guard().interval().toMillis(),
                    () -> onWorker(() -> background("look at the rollout", watch.look())));
        }
    }

    /** A guard that looks more often than usual needs to know sooner who has followed. */
    private Duration countEvery() {
        Duration interval = config.rollout().guard().interval();
        return interval.compareTo(Following.EVERY) < 0 ? interval : Following.EVERY;
    }

    /** After the sunset nobody can poll, so whoever is kept off WebSocket by the percentage would be let on all the same. */
    private void warnOfSunset(LegacyDates legacy) {
        if (legacy.ends() && control.state().effective().compareTo(Percentage.FULL) < 0) {
            LOG.warnf(
                    "the HTTP agent endpoints have a sunset while the percentage is below 100 [flags: %s %%]",
                    control.state().effective());
        }
    }

    private void bringTokens(AgentSockets sockets, ParkedPolls parked) {
        Config values = ConfigProvider.getConfig();
        Stage stage = LaunchMode.current() == LaunchMode.NORMAL ? Stage.PRODUCTION : Stage.DEVELOPMENT;
        tokens.load()
                .chain(() -> new BootstrapTokens(tokens, clock, System.out::println, LOG::warn)
                        .ensure(
                                values.getOptionalValue("sluice.admin.token", String.class)
                                        .orElse(null),
                                values.getOptionalValue("sluice.agent.token", String.class)
                                        .orElse(null),
                                stage))
                .await()
                .atMost(PATIENCE);
        tokens.onRevoked(id -> {
            sockets.closeAllOf(id, Disconnect.UNAUTHORIZED);
            parked.releaseAllOf(id);
        });
    }

    private void closeExpired(AgentSockets sockets) {
        for (Token expired : tokens.sweepExpired(clock.instant())) {
            sockets.closeAllOf(expired.id(), Disconnect.UNAUTHORIZED);
        }
    }

    private void every(long millis, Runnable task) {
        vertx.setPeriodic(millis, timer -> task.run());
    }

    /** What takes longer than an event loop has. */
    private void onWorker(Runnable work) {
        vertx.executeBlocking(
                () -> {
                    work.run();
                    return true;
                },
                false);
    }

    /** Work that nobody waits for; what fails is tried again with the next round. */
    private static void background(String what, Uni<?> work) {
        work.subscribe().with(done -> {}, failure -> LOG.debugf("could not %s [cause: %s]", what, failure.toString()));
    }

    void stopWatching() {
        if (watcher != null) {
            watcher.close();
        }
    }
}
