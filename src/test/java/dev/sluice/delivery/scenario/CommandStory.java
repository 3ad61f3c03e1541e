package dev.sluice.delivery.scenario;

import dev.sluice.core.TransportKind;
import dev.sluice.delivery.DirectHome;
import dev.sluice.delivery.ManualClock;
import dev.sluice.delivery.command.AgentSessions;
import dev.sluice.delivery.command.CommandJournal;
import dev.sluice.delivery.command.CommandLimits;
import dev.sluice.delivery.command.CommandQueue;
import dev.sluice.delivery.command.CommandResult;
import dev.sluice.delivery.command.CommandRouter;
import dev.sluice.delivery.command.CommandStatus;
import dev.sluice.delivery.command.MemoryCommandStore;
import dev.sluice.delivery.command.MemoryCommandStore.Fault;
import dev.sluice.delivery.command.NewCommand;
import dev.sluice.delivery.scenario.CommandModel.Order;
import dev.sluice.delivery.session.Batch;
import dev.sluice.delivery.session.SessionLimits;
import dev.sluice.delivery.session.SessionObserver;
import dev.sluice.delivery.session.SessionRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One cluster, its agent or its two replicas, a database with faults, and a gateway that is killed at times. */
final class CommandStory {
    static final UUID CLUSTER = new UUID(0, 1);
    private static final CommandResult DONE = new CommandResult(true, null, null, null, null);
    private static final UUID TOKEN = new UUID(0, 2);
    private static final SessionLimits DEADLINES =
            new SessionLimits(Duration.ofSeconds(10), Duration.ofMinutes(2), Duration.ofSeconds(30));

    final Script script;
    final ManualClock clock = new ManualClock();
    final CommandModel model;
    private final DirectHome home = new DirectHome();
    private final MemoryCommandStore store = new MemoryCommandStore();
    private final List<AgentActor> agents = new ArrayList<>();
    private final Set<UUID> promised = new HashSet<>();
    private final List<NewCommand> doubtful = new ArrayList<>();
    private CommandJournal journal;
    private CommandRouter router;
    private SessionRegistry registry;
    AgentSessions sessions;
    private int made;

    private CommandStory(Script script) {
        this.script = script;
        this.model = new CommandModel(script, store, CLUSTER);
        boot();
        if (script.chance(35)) {
            agents.add(new AgentActor(this, "a"));
            agents.add(new AgentActor(this, "b"));
        } else {
            agents.add(new AgentActor(this, script.oneOf("", "", "only")));
        }
    }

    static void play(CutPoint cut, TransportKind from, TransportKind to, long seed) {
        Script script = new Script("commands %s from %s to %s".formatted(cut, from.wire(), to.wire()), seed);
        CommandStory story = new CommandStory(script);
        try {
            story.tell(cut, from, to);
            script.failIfBroken();
        } catch (RuntimeException e) {
            script.failIfBroken();
            throw script.failed("an exception: " + e, e);
        }
    }

    private void boot() {
        journal = new CommandJournal(store, home, clock, 1_000);
        router = new CommandRouter(
                store, journal, id -> home, new CommandLimits(Duration.ofSeconds(30), 1_000, 1 << 20), clock);
        registry = new SessionRegistry();
        sessions = new AgentSessions(registry, id -> home, DEADLINES, clock, SessionObserver.NONE);
    }

    private void tell(CutPoint cut, TransportKind from, TransportKind to) {
        AgentActor agent = agents.get(0);
        some(3, this::accept);
        agents.forEach(each -> each.attach(from));
        some(15, this::anything);
        heal();
        agent.attach(from);
        cutAt(cut, agent, from, to);
        agent.attach(to);
        some(15, this::anything);
        end();
    }

    private void some(int most, Runnable step) {
        for (int i = script.below(most + 1); i > 0; i--) {
            step.run();
            script.failIfBroken();
        }
    }

    private void cutAt(CutPoint cut, AgentActor agent, TransportKind from, TransportKind to) {
        script.say("— %s", cut);
        some(3, this::accept);
        Line first = agent.line;
        switch (cut) {
            case BEFORE_THE_WRITE -> agent.lose();
            case AFTER_THE_WRITE -> {
                agent.acceptWrites(first);
                agent.lose();
            }
            case HALF_RECEIVED -> {
                agent.acceptWrites(first);
                agent.receiveOne(first);
                agent.lose();
            }
            case BEFORE_THE_ACKNOWLEDGEMENT -> {
                agent.acceptWrites(first);
                agent.receive(first);
                agent.lose();
            }
            case DURING_AN_ATTACH -> {
                agent.attach(to);
                agent.talkOn(first);
                accept();
            }
            case RESPONSE_LOST_UNNOTICED -> {
                agent.goDeaf();
                agent.acceptWrites(first);
                accept();
            }
            case BOTH_ATTACHED -> {
                agent.attach(to);
                some(5, this::anything);
                agent.talkOn(first);
            }
            case SUPERSEDED -> {
                agent.attach(to);
                accept();
                agent.attach(from);
                agent.talkOn(first);
            }
            case CLEAN -> {
                agent.acceptWrites(first);
                agent.receive(first);
                agent.settleAll();
                agent.lose();
            }
            case AWAY_FOR_LONG -> {
                agent.acceptWrites(first);
                agent.receive(first);
                store.fault(script.oneOf(Fault.NONE, Fault.AWAY));
                agent.settleAll();
                agents.forEach(AgentActor::lose);
                pass(119);
                pass(2);
                pass(200);
                store.fault(Fault.NONE);
            }
            case KILLED -> {
                some(2, () -> agent.acceptWrites(first));
                some(2, () -> agent.receive(first));
                store.fault(script.oneOf(Fault.NONE, Fault.AWAY, Fault.AWAY_AFTER_COMMIT));
                some(2, agent::settleOne);
                some(2, this::accept);
                kill();
            }
        }
    }

    private void anything() {
        AgentActor agent = agents.get(script.below(agents.size()));
        switch (script.below(16)) {
            case 0, 1, 2 -> accept();
            case 3, 4 -> agent.acceptWrites(agent.line);
            case 5, 6 -> agent.receive(agent.line);
            case 7, 8 -> agent.settleOne();
            case 9 -> pass(script.oneOf(1, 1, 5, 20, 31));
            case 10 -> agent.attach(script.oneOf(TransportKind.values()));
            case 11 -> agent.talk();
            case 12 -> fault();
            case 13 -> cancel();
            case 14 -> {
                switch (script.below(8)) {
                    case 0 -> kill();
                    case 1 -> agent.goDeaf();
                    default -> agent.lose();
                }
            }
            default -> agent.pollAgain();
        }
    }

    private void accept() {
        NewCommand command = command();
        if (!doubtful.isEmpty() && script.chance(50)) {
            command = doubtful.remove(0);
            script.say("the caller repeats %s", command.id());
        }
        NewCommand asked = command;
        router.accept(asked)
                .subscribe()
                .with(
                        item -> {
                            script.say("accepted as %d", item.command().number());
                            promised.add(item.command().id());
                        },
                        failure -> {
                            script.say("not accepted: %s", failure.getMessage());
                            // Not every caller asks again; what was accepted has to arrive all the same.
                            if (script.chance(60)) {
                                doubtful.add(asked);
                            }
                        });
    }

    private NewCommand command() {
        int number = ++made;
        return new NewCommand(
                new UUID(7, number),
                CLUSTER,
                "run",
                "{}",
                clock.instant(),
                clock.instant().plus(script.chance(10) ? Duration.ofSeconds(50) : Duration.ofHours(24)),
                new NewCommand.Idempotency(TOKEN, "k" + number, "hash"));
    }

    private void cancel() {
        CommandQueue queue = router.loadedQueue(CLUSTER);
        List<Order> all = model.all();
        if (queue == null || all.isEmpty()) {
            return;
        }
        Order order = all.get(script.below(all.size()));
        if (queue.cancel(order.row.id(), clock.millis())) {
            script.say("cancel %d", order.number());
            script.check(order.attempt == 0, "%d was cancelled after its delivery", order.number());
            model.close(order);
        }
    }

    private void fault() {
        Fault fault = script.oneOf(Fault.values());
        boolean slow = script.chance(30);
        script.say("the database: %s%s", fault, slow ? ", slow" : "");
        if (fault == Fault.NONE) {
            store.landLateCommits();
        }
        store.fault(fault);
        store.slow(slow);
        if (!slow) {
            store.serveAll();
        }
    }

    private void kill() {
        script.say("the gateway is killed");
        store.dropWaiting();
        store.landLateCommits();
        agents.forEach(AgentActor::killed);
        model.killed();
        boot();
    }

    void pass(int seconds) {
        script.say("%d s pass", seconds);
        clock.advance(Duration.ofSeconds(seconds));
        journal.tick();
        boolean loaded = router.loadedQueue(CLUSTER) != null;
        router.tick(home, clock.millis());
        model.ticked(clock.millis());
        for (AgentActor agent : agents) {
            agent.beforeTick();
        }
        registry.tick(home, clock.millis());
        agents.forEach(AgentActor::ticked);
        if (loaded && router.loadedQueue(CLUSTER) == null) {
            script.say("the idle queue is let go");
            store.landLateCommits();
            model.forgetHolders();
        }
    }

    /** The queue as the routes get it; null where the database does not answer. */
    @Nullable
    CommandQueue queue() {
        CommandQueue[] queue = new CommandQueue[1];
        router.queue(CLUSTER).subscribe().with(found -> queue[0] = found, failure -> {});
        return queue[0];
    }

    boolean alone() {
        return agents.size() == 1;
    }

    /** The database is back, and everything that was in doubt is repeated until it is certain. */
    private void heal() {
        script.say("— heal");
        store.landLateCommits();
        store.fault(Fault.NONE);
        store.slow(false);
        store.serveAll();
        pass(1);
        for (NewCommand again = next(); again != null; again = next()) {
            NewCommand asked = again;
            router.accept(asked)
                    .subscribe()
                    .with(
                            item -> promised.add(item.command().id()),
                            failure -> script.check(false, "refused: " + failure));
        }
        pass(1);
        for (AgentActor agent : agents) {
            script.check(
                    agent.line == null
                            || !agent.line.transport.writable()
                            || !model.anythingWaitsFor(agent.name, clock.millis())
                            || router.loadedQueue(CLUSTER) == null,
                    "a command waits although %s would take it",
                    agent.name);
        }
    }

    private @Nullable NewCommand next() {
        return doubtful.isEmpty() ? null : doubtful.remove(0);
    }

    /** Everything works from now on; then nothing may be missing, and nothing may come twice. */
    private void end() {
        heal();
        for (AgentActor agent : agents) {
            agent.behave();
            agent.attach(TransportKind.WEBSOCKET);
        }
        for (int i = 0; i < 3; i++) {
            agents.forEach(AgentActor::drain);
            pass(31);
        }
        store.expire(clock.instant()).subscribe().with(expired -> {}, failure -> {});
        for (Order order : model.all()) {
            CommandStatus status = store.row(order.row.id()).status();
            boolean dropped = status == CommandStatus.CANCELLED || status == CommandStatus.EXPIRED;
            script.check(order.received || dropped, "%d never arrived", order.number());
            script.check(
                    status.compareTo(CommandStatus.ACKNOWLEDGED) >= 0, "%d is %s in the end", order.number(), status);
        }
        for (UUID id : promised) {
            script.check(store.row(id) != null, "%s was accepted and is gone", id);
        }
    }

    /** An agent reports on a command; what the gateway takes is settled for good. */
    void settle(UUID id, boolean finished) {
        CommandQueue queue = queue();
        if (queue == null) {
            return;
        }
        Order order = model.order(id);
        boolean taken = finished ? queue.finish(id, DONE, clock.millis()) : queue.acknowledge(id, clock.millis());
        script.say("%s %d: %s", finished ? "result of" : "ack", order.number(), taken);
        if (taken) {
            model.settle(order);
            order.closed |= finished;
            order.open = false;
        } else {
            script.check(
                    order.closed || clock.millis() >= order.row.expiresAt().toEpochMilli(),
                    "the settlement of %d was dropped",
                    order.number());
        }
    }

    void handed(AgentActor agent, Line line, Batch batch) {
        script.say(
                "  %s is handed %s by %s, cursor %d",
                agent.name, new Script.Frames(batch.frames()), line.name, batch.cursor());
        model.handed(agent.name, line, batch, clock.millis());
    }
}
