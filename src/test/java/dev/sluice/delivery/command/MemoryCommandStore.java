package dev.sluice.delivery.command;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The promises of {@link CommandStore} kept in a map, with the faults of a real database: away, away after the commit
 * (nobody knows whether it happened), a commit that lands after everybody gave up on it, and answers that take their
 * time. What is in here is what survives a killed gateway.
 */
public final class MemoryCommandStore implements CommandStore {

    /** What happens to the operations that are served while it is set. */
    public enum Fault {
        NONE,
        /** Refused before anything happened. */
        AWAY,
        /** Done, but the answer is lost. */
        AWAY_AFTER_COMMIT,
        /** The answer is lost and the acceptance is committed later, by {@link #landLateCommits()}. */
        COMMITS_LATE
    }

    private final Map<UUID, Command> rows = new LinkedHashMap<>();
    private final Map<UUID, Long> lastNumbers = new HashMap<>();
    private final Map<NewCommand.Idempotency, UUID> keys = new HashMap<>();
    private final Set<UUID> poisoned = new HashSet<>();
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private final List<NewCommand> late = new ArrayList<>();
    private final List<List<CommandChange>> batches = new ArrayList<>();
    private Fault fault = Fault.NONE;
    private boolean slow;

    public void fault(Fault now) {
        fault = now;
    }

    public Fault fault() {
        return fault;
    }

    /** From now on operations wait for {@link #serveOne()}. */
    public void slow(boolean now) {
        slow = now;
    }

    public boolean serveOne() {
        Runnable next = waiting.pollFirst();
        if (next != null) {
            next.run();
        }
        return next != null;
    }

    public void serveAll() {
        while (serveOne()) {}
    }

    /** The other side was killed: nobody waits for these any more, and they never reached the database. */
    public void dropWaiting() {
        waiting.clear();
    }

    /** A change of that command is refused for what is in it, and with it the batch that holds it. */
    public void poison(UUID commandId) {
        poisoned.add(commandId);
    }

    public void landLateCommits() {
        late.forEach(this::insert);
        late.clear();
    }

    /** The rows of a cluster by number. */
    public List<Command> rows(UUID clusterId) {
        return rows.values().stream()
                .filter(row -> row.clusterId().equals(clusterId))
                .sorted(Comparator.comparingLong(Command::number))
                .toList();
    }

    /** Rows of all clusters. */
    public int count() {
        return rows.size();
    }

    public Command row(UUID commandId) {
        return rows.get(commandId);
    }

    /** The batches of changes that were written. */
    public List<List<CommandChange>> batches() {
        return batches;
    }

    @Override
    public Uni<Accepted> accept(NewCommand command) {
        return Uni.createFrom()
                .emitter(emitter -> serve(() -> {
                    if (fault == Fault.COMMITS_LATE) {
                        late.add(command);
                        emitter.fail(SluiceException.storeUnavailable(null));
                    } else {
                        settle(emitter, () -> insert(command));
                    }
                }));
    }

    private Accepted insert(NewCommand command) {
        if (command.idempotency() != null) {
            for (Map.Entry<NewCommand.Idempotency, UUID> known : keys.entrySet()) {
                NewCommand.Idempotency key = known.getKey();
                if (key.tokenId().equals(command.idempotency().tokenId())
                        && key.key().equals(command.idempotency().key())) {
                    if (!key.bodyHash().equals(command.idempotency().bodyHash())) {
                        throw new SluiceException(ProblemCode.IDEMPOTENCY_CONFLICT);
                    }
                    return new Accepted(rows.get(known.getValue()), true);
                }
            }
            keys.put(command.idempotency(), command.id());
        }
        long number = lastNumbers.merge(command.clusterId(), 1L, Long::sum);
        Command row = new Command(
                command.id(),
                command.clusterId(),
                number,
                command.type(),
                command.payload(),
                command.createdAt(),
                command.expiresAt(),
                CommandStatus.QUEUED,
                0,
                null,
                null,
                null,
                null);
        rows.put(row.id(), row);
        return new Accepted(row, false);
    }

    @Override
    public Uni<List<Command>> loadOpen(UUID clusterId, Instant now) {
        return operation(() -> rows(clusterId).stream()
                .filter(row -> !row.status().closed() && now.isBefore(row.expiresAt()))
                .toList());
    }

    @Override
    public Uni<Long> lastNumber(UUID clusterId) {
        return operation(() -> lastNumbers.getOrDefault(clusterId, 0L));
    }

    @Override
    public Uni<Void> apply(List<CommandChange> changes) {
        return operation(() -> {
            if (changes.stream().map(CommandChange::commandId).distinct().count() != changes.size()) {
                throw new AssertionError("a command twice in one batch: " + changes);
            }
            if (changes.stream().anyMatch(change -> poisoned.contains(change.commandId()))) {
                throw new SluiceException(ProblemCode.INVALID_REQUEST);
            }
            changes.forEach(change -> rows.computeIfPresent(change.commandId(), (id, row) -> changed(row, change)));
            batches.add(changes);
            return null;
        });
    }

    private static Command changed(Command row, CommandChange change) {
        if (row.status().closed()) {
            return row;
        }
        return new Command(
                row.id(),
                row.clusterId(),
                row.number(),
                row.type(),
                row.payload(),
                row.createdAt(),
                row.expiresAt(),
                change.status().compareTo(row.status()) > 0 ? change.status() : row.status(),
                change.attempt() != null ? change.attempt() : row.attempt(),
                change.deliveredAt() != null ? change.deliveredAt() : row.deliveredAt(),
                change.acknowledgedAt() != null ? change.acknowledgedAt() : row.acknowledgedAt(),
                change.finishedAt() != null ? change.finishedAt() : row.finishedAt(),
                change.result() != null ? change.result() : row.result());
    }

    @Override
    public Uni<@Nullable Command> find(UUID clusterId, UUID commandId) {
        return operation(() -> {
            Command row = rows.get(commandId);
            return row != null && row.clusterId().equals(clusterId) ? row : null;
        });
    }

    @Override
    public Uni<List<Command>> list(UUID clusterId, @Nullable CommandStatus status, long after, int limit) {
        return operation(() -> rows(clusterId).stream()
                .filter(row -> row.number() > after && (status == null || row.status() == status))
                .limit(limit)
                .toList());
    }

    @Override
    public Uni<Integer> expire(Instant now) {
        return operation(() -> {
            List<Command> due = rows.values().stream()
                    .filter(row -> !row.status().closed() && !now.isBefore(row.expiresAt()))
                    .toList();
            due.forEach(row ->
                    rows.put(row.id(), changed(row, CommandChange.closed(row.id(), CommandStatus.EXPIRED, now))));
            return due.size();
        });
    }

    @Override
    public Uni<Integer> forgetKeys(Instant before) {
        return operation(() -> {
            int held = keys.size();
            keys.values().removeIf(id -> rows.get(id).createdAt().isBefore(before));
            return held - keys.size();
        });
    }

    private <T> Uni<T> operation(Supplier<T> work) {
        return Uni.createFrom().emitter(emitter -> serve(() -> settle(emitter, work)));
    }

    private void serve(Runnable operation) {
        if (slow) {
            waiting.addLast(operation);
        } else {
            operation.run();
        }
    }

    private <T> void settle(UniEmitter<? super T> emitter, Supplier<T> work) {
        if (fault == Fault.AWAY || fault == Fault.COMMITS_LATE) {
            emitter.fail(SluiceException.storeUnavailable(null));
            return;
        }
        T item;
        try {
            item = work.get();
        } catch (SluiceException refused) {
            emitter.fail(refused);
            return;
        }
        if (fault == Fault.AWAY_AFTER_COMMIT) {
            emitter.fail(SluiceException.storeUnavailable(null));
        } else {
            emitter.complete(item);
        }
    }
}
