package dev.sluice.delivery.command;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.session.Home;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Writes what becomes of commands, many at once: while one batch is on its way the next one gathers, so a busy node
 * makes few round trips and a quiet one waits for none. While the database is away changes are kept, merged per
 * command and tried again; past the bound the newest are refused.
 *
 * <p>Any thread may record; the work happens on the journal's own home.
 */
public final class CommandJournal {
    /** Keeps one statement well below PostgreSQL's limits and one batch below a few milliseconds. */
    private static final int BATCH = 500;

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final CommandStore store;
    private final Home home;
    private final InstantSource clock;
    private final int maxPending;
    private final CommandObserver observer;
    private final Map<UUID, CommandChange> pending = new LinkedHashMap<>();
    private List<CompletableFuture<Void>> waiting = new ArrayList<>();
    private boolean inFlight;
    private long notBefore;
    /** Drops to 1 while a batch is refused for what is in it, so that one bad row cannot hold up the others. */
    private int batchLimit = BATCH;

    private volatile int pendingCount;
    private volatile long refused;

    /** @param maxPending most commands with unwritten changes, kept while the database is away */
    public CommandJournal(CommandStore store, Home home, InstantSource clock, int maxPending) {
        this(store, home, clock, maxPending, CommandObserver.NONE);
    }

    /** The same, telling of every change that is recorded. */
    public CommandJournal(
            CommandStore store, Home home, InstantSource clock, int maxPending, CommandObserver observer) {
        this.store = store;
        this.home = home;
        this.clock = clock;
        this.maxPending = maxPending;
        this.observer = observer;
    }

    /** Takes a change that nobody waits for. */
    public void record(CommandChange change) {
        observer.changed(change);
        home.execute(() -> {
            gather(change);
            flush();
        });
    }

    /**
     * Completes once everything recorded before is durable. Fails with {@code store-unavailable} where the database
     * refuses; the changes are kept and tried again all the same.
     */
    public Uni<Void> durable() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        home.execute(() -> {
            if (pending.isEmpty() && !inFlight) {
                done.complete(null);
                return;
            }
            waiting.add(done);
            notBefore = 0;
            flush();
        });
        return Uni.createFrom().completionStage(done);
    }

    /** Time passed: a batch that failed is tried again. */
    public void tick() {
        home.execute(this::flush);
    }

    /** Commands with changes that are not durable yet. */
    public int pendingCount() {
        return pendingCount;
    }

    /** Changes that were refused because too many were pending. */
    public long refusedCount() {
        return refused;
    }

    private void gather(CommandChange change) {
        if (pending.size() >= maxPending && !pending.containsKey(change.commandId())) {
            refused++;
            return;
        }
        pending.merge(change.commandId(), change, CommandChange::then);
        pendingCount = pending.size();
    }

    private void flush() {
        if (inFlight || clock.millis() < notBefore) {
            return;
        }
        if (pending.isEmpty()) {
            batchLimit = BATCH;
            complete(takeWaiting());
            return;
        }
        List<CommandChange> batch = pending.values().stream().limit(batchLimit).toList();
        batch.forEach(change -> pending.remove(change.commandId()));
        // Only those who asked when this batch holds all that was recorded before them are answered by it.
        List<CompletableFuture<Void>> answered = pending.isEmpty() ? takeWaiting() : List.of();
        inFlight = true;
        store.apply(batch)
                .subscribe()
                .with(
                        ok -> home.execute(() -> written(answered)),
                        failure -> home.execute(() -> failed(batch, answered, failure)));
    }

    private List<CompletableFuture<Void>> takeWaiting() {
        List<CompletableFuture<Void>> taken = waiting;
        waiting = new ArrayList<>();
        return taken;
    }

    private void written(List<CompletableFuture<Void>> answered) {
        inFlight = false;
        pendingCount = pending.size();
        complete(answered);
        flush();
    }

    private static void complete(List<CompletableFuture<Void>> answered) {
        answered.forEach(done -> done.complete(null));
    }

    private void failed(List<CommandChange> batch, List<CompletableFuture<Void>> answered, Throwable failure) {
        inFlight = false;
        SluiceException told =
                failure instanceof SluiceException known ? known : new SluiceException(ProblemCode.INTERNAL);
        boolean theirFault = told.code() == ProblemCode.STORE_UNAVAILABLE;
        if (!theirFault && batch.size() == 1) {
            refused++;
            batch = List.of();
        }
        batchLimit = theirFault ? BATCH : 1;
        keep(batch);
        notBefore = clock.millis() + RETRY.toMillis();
        answered = new ArrayList<>(answered);
        answered.addAll(takeWaiting());
        answered.forEach(done -> done.completeExceptionally(told));
    }

    /** Puts an unwritten batch back, ahead of what was recorded since. */
    private void keep(List<CommandChange> batch) {
        Map<UUID, CommandChange> newer = new LinkedHashMap<>(pending);
        pending.clear();
        batch.forEach(change -> pending.put(change.commandId(), change));
        newer.values().forEach(change -> pending.merge(change.commandId(), change, CommandChange::then));
        pendingCount = pending.size();
    }
}
