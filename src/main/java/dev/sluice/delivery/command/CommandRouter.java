package dev.sluice.delivery.command;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.command.CommandStore.Accepted;
import dev.sluice.delivery.session.Home;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The commands of every cluster that something is going on with: accepts them, finds the queue they belong to, loads
 * that queue when its agent appears and lets go of it when all is quiet.
 *
 * <p>Methods that answer a {@code Uni} may be called on any thread and answer on the cluster's home; the others are
 * called on that home.
 */
public final class CommandRouter {
    /** How long a queue without replicas stays in memory after it was last used. */
    private static final Duration IDLE = Duration.ofMinutes(2);

    private final CommandStore store;
    private final CommandJournal journal;
    private final Function<UUID, Home> homes;
    private final CommandLimits limits;
    private final InstantSource clock;
    private final CommandObserver observer;
    private final Map<UUID, QueueSlot> slots = new ConcurrentHashMap<>();

    public CommandRouter(
            CommandStore store,
            CommandJournal journal,
            Function<UUID, Home> homes,
            CommandLimits limits,
            InstantSource clock) {
        this(store, journal, homes, limits, clock, CommandObserver.NONE);
    }

    /** The same, telling of every command that is accepted. */
    public CommandRouter(
            CommandStore store,
            CommandJournal journal,
            Function<UUID, Home> homes,
            CommandLimits limits,
            InstantSource clock,
            CommandObserver observer) {
        this.store = store;
        this.journal = journal;
        this.homes = homes;
        this.limits = limits;
        this.clock = clock;
        this.observer = observer;
    }

    /**
     * Accepts a command: durable when the item comes, and on its way to the agent where one is attached. Commands of
     * one cluster are accepted one after the other, so that their numbers, and with them the order of delivery, are
     * those of the callers' arrival.
     *
     * @throws SluiceException (as failure) {@code queue-full}, {@code cluster-not-found}, {@code idempotency-conflict},
     *     {@code store-unavailable} (in which case it may have been accepted: retry with the same idempotency key)
     */
    public Uni<Accepted> accept(NewCommand command) {
        return onSlot(command.clusterId(), slot -> slot.accept(command)).invoke(accepted -> {
            if (!accepted.repeated()) {
                observer.accepted();
            }
        });
    }

    /** The cluster's queue, loaded from the database where it is not in memory. */
    public Uni<CommandQueue> queue(UUID clusterId) {
        return onSlot(clusterId, QueueSlot::loaded);
    }

    /** The queue if it is in memory. */
    public @Nullable CommandQueue loadedQueue(UUID clusterId) {
        QueueSlot slot = slots.get(clusterId);
        return slot == null ? null : slot.queueIfLoaded();
    }

    /** One command as it stands, everything recorded before included; null where there is none. */
    public Uni<@Nullable Command> find(UUID clusterId, UUID commandId) {
        return journal.durable().chain(() -> store.find(clusterId, commandId));
    }

    /** The port to the rows, for listings. */
    public Uni<List<Command>> list(UUID clusterId, @Nullable CommandStatus status, long after, int limit) {
        return journal.durable().chain(() -> store.list(clusterId, status, after, limit));
    }

    /** Time passed, for the queues of that home. On that home. */
    public void tick(Home home, long now) {
        slots.forEach((id, slot) -> {
            if (homes.apply(id) == home && slot.tick(now)) {
                slots.remove(id, slot);
                slot.unload();
            }
        });
    }

    /** Clusters whose open commands are in memory. */
    public int loadedCount() {
        return slots.size();
    }

    private <T> Uni<T> onSlot(UUID clusterId, Function<QueueSlot, CompletableFuture<T>> work) {
        return Uni.createFrom().<T>emitter(emitter -> homes.apply(clusterId)
                .execute(() -> slot(clusterId, slot -> work.apply(slot).whenComplete((item, failure) -> {
                    if (failure == null) {
                        emitter.complete(item);
                    } else {
                        emitter.fail(failure);
                    }
                }))));
    }

    private void slot(UUID clusterId, Consumer<QueueSlot> work) {
        QueueSlot slot = slots.computeIfAbsent(
                clusterId,
                id -> new QueueSlot(
                        new CommandQueue(id, limits, journal), store, journal, homes.apply(id), clock, IDLE));
        slot.touch();
        work.accept(slot);
    }

    /** The answer to a queue that is full: waiting makes sense, the agent is working on it. */
    static SluiceException full() {
        return SluiceException.retryLater(ProblemCode.QUEUE_FULL, Duration.ofSeconds(5));
    }
}
