package dev.sluice.delivery.command;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.command.CommandStore.Accepted;
import dev.sluice.delivery.session.Home;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One cluster's place in memory: its queue, whether that is loaded, and the line of commands that wait to be accepted.
 * Everything on the cluster's home.
 */
final class QueueSlot {
    /** Callers that may stand in line for one cluster while the database works on the first. */
    private static final int MAX_LINE = 1_000;

    /** How long the load after a doubtful acceptance waits for the database to come back. */
    private static final Duration RELOAD_EVERY = Duration.ofSeconds(1);

    private final CommandQueue queue;
    private final CommandStore store;
    private final CommandJournal journal;
    private final Home home;
    private final InstantSource clock;
    private final Duration idle;
    private final ArrayDeque<InLine> line = new ArrayDeque<>(1);
    /** Without room of its own while there is none: a slot is idle nearly always. */
    private List<CompletableFuture<CommandQueue>> waitingForLoad = List.of();

    private State state = State.EMPTY;
    private boolean accepting;
    private long lastUsed;
    private long reloadAt;

    /** {@code DOUBTFUL}: an acceptance failed and may have happened all the same; the rows have to be read again. */
    private enum State {
        EMPTY,
        LOADING,
        LOADED,
        DOUBTFUL,
        RELOADING
    }

    private record Loaded(long lastNumber, List<Command> open) {}

    private record InLine(NewCommand command, CompletableFuture<Accepted> answer) {}

    QueueSlot(
            CommandQueue queue,
            CommandStore store,
            CommandJournal journal,
            Home home,
            InstantSource clock,
            Duration idle) {
        this.queue = queue;
        this.store = store;
        this.journal = journal;
        this.home = home;
        this.clock = clock;
        this.idle = idle;
    }

    void touch() {
        lastUsed = clock.millis();
    }

    @Nullable
    CommandQueue queueIfLoaded() {
        return isLoaded() ? queue : null;
    }

    /** Loaded at least once: agents are served from it, whatever the database does. */
    private boolean isLoaded() {
        return state != State.EMPTY && state != State.LOADING;
    }

    CompletableFuture<CommandQueue> loaded() {
        if (isLoaded()) {
            return CompletableFuture.completedFuture(queue);
        }
        CompletableFuture<CommandQueue> answer = new CompletableFuture<>();
        if (waitingForLoad.isEmpty()) {
            waitingForLoad = new ArrayList<>(1);
        }
        waitingForLoad.add(answer);
        if (state == State.EMPTY) {
            load();
        }
        return answer;
    }

    private void load() {
        State before = state;
        state = before == State.EMPTY ? State.LOADING : State.RELOADING;
        // Changes on their way must land first, or a closed command would be read as open and delivered again.
        // The number is read first: a command that is committed in between is then a row beyond it, and not missed.
        journal.durable()
                .chain(() -> store.lastNumber(queue.clusterId()))
                .chain(last ->
                        store.loadOpen(queue.clusterId(), clock.instant()).map(rows -> new Loaded(last, rows)))
                .subscribe()
                .with(
                        rows -> home.execute(() -> loaded(before, rows)),
                        failure -> home.execute(() -> notLoaded(before, failure)));
    }

    private void loaded(State before, Loaded rows) {
        state = State.LOADED;
        if (before == State.EMPTY) {
            queue.sawNumber(rows.lastNumber());
            rows.open().forEach(queue::add);
        } else {
            // What this queue has seen it knows better than the rows: it may have been closed since they were read.
            long seen = queue.highest();
            rows.open().stream().filter(row -> row.number() > seen).forEach(queue::add);
            queue.passedNumber(rows.lastNumber());
        }
        List<CompletableFuture<CommandQueue>> waiting = waitingForLoad;
        waitingForLoad = List.of();
        waiting.forEach(answer -> answer.complete(queue));
        queue.wakeReplicas();
        acceptNext();
    }

    private void notLoaded(State before, Throwable failure) {
        state = before;
        reloadAt = clock.millis() + RELOAD_EVERY.toMillis();
        List<CompletableFuture<CommandQueue>> waiting = waitingForLoad;
        waitingForLoad = List.of();
        waiting.forEach(answer -> answer.completeExceptionally(failure));
        failLine(failure);
    }

    CompletableFuture<Accepted> accept(NewCommand command) {
        CompletableFuture<Accepted> answer = new CompletableFuture<>();
        if (line.size() >= MAX_LINE) {
            answer.completeExceptionally(CommandRouter.full());
            return answer;
        }
        line.addLast(new InLine(command, answer));
        if (state == State.EMPTY || state == State.DOUBTFUL) {
            load();
        } else {
            acceptNext();
        }
        return answer;
    }

    private void failLine(Throwable failure) {
        for (InLine next = line.pollFirst(); next != null; next = line.pollFirst()) {
            next.answer().completeExceptionally(failure);
        }
    }

    private void acceptNext() {
        if (accepting || state != State.LOADED || line.isEmpty()) {
            return;
        }
        InLine next = line.pollFirst();
        if (!queue.hasRoomFor(next.command().payload().length())) {
            next.answer().completeExceptionally(CommandRouter.full());
            acceptNext();
            return;
        }
        accepting = true;
        Uni<Accepted> accepted = store.accept(next.command());
        accepted.subscribe()
                .with(
                        item -> home.execute(() -> accepted(next, item)),
                        failure -> home.execute(() -> notAccepted(next, failure)));
    }

    private void accepted(InLine next, Accepted item) {
        accepting = false;
        Command command = item.command();
        if (command.number() > queue.highest() + 1) {
            // Numbers are dense, so the one before was accepted without our knowing: it has to go out first.
            state = State.DOUBTFUL;
            load();
        } else if (command.number() > queue.highest()) {
            queue.add(command);
            queue.wakeReplicas();
        }
        // Otherwise a repeated key: an old command that this queue has seen, delivered and perhaps closed.
        next.answer().complete(item);
        acceptNext();
    }

    private void notAccepted(InLine next, Throwable failure) {
        accepting = false;
        boolean doubtful = !(failure instanceof SluiceException known) || known.code() == ProblemCode.STORE_UNAVAILABLE;
        next.answer().completeExceptionally(failure);
        if (doubtful && state == State.LOADED) {
            state = State.DOUBTFUL;
            reloadAt = clock.millis() + RELOAD_EVERY.toMillis();
            failLine(failure);
        } else {
            acceptNext();
        }
    }

    void unload() {
        queue.unload();
    }

    /** Answers whether the slot may be let go. */
    boolean tick(long now) {
        if (state == State.DOUBTFUL && now >= reloadAt) {
            load();
        }
        if (isLoaded()) {
            queue.tick(now);
        }
        boolean busy = accepting
                || !line.isEmpty()
                || !waitingForLoad.isEmpty()
                || state == State.LOADING
                || state == State.RELOADING;
        return !busy && !queue.hasReplicas() && now - lastUsed >= idle.toMillis();
    }
}
