package dev.sluice.rollout.control;

import dev.sluice.core.SluiceException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A database in memory that can be away, and can be made to take its time. */
public final class FakeRolloutStore implements RolloutStore {
    public SavedRollout saved = SavedRollout.EMPTY;
    public final List<AuditEntry> rows = new ArrayList<>();
    public boolean away;
    boolean slow;
    int saves;
    private @Nullable UniEmitter<? super Void> unanswered;

    @Override
    public Uni<SavedRollout> load() {
        return Uni.createFrom().item(() -> saved);
    }

    @Override
    public Uni<Void> save(SavedRollout now, List<AuditEntry> audit) {
        return Uni.createFrom().emitter(emitter -> {
            if (away) {
                emitter.fail(SluiceException.storeUnavailable(null));
                return;
            }
            saves++;
            saved = now;
            audit.forEach(this::append);
            if (slow) {
                unanswered = emitter;
            } else {
                emitter.complete(null);
            }
        });
    }

    @Override
    public Uni<List<AuditEntry>> history(long before, int limit) {
        return Uni.createFrom().item(() -> rows.stream()
                .filter(row -> row.id() < before)
                .sorted(Comparator.comparingLong(AuditEntry::id).reversed())
                .limit(limit)
                .toList());
    }

    /** Answers the save that is under way. */
    void answer() {
        Objects.requireNonNull(unanswered).complete(null);
    }

    /** Every row as {@code who what from>to}. */
    public List<String> log() {
        return rows.stream()
                .map(row -> "%s %s %s>%s".formatted(row.who(), row.what(), row.from(), row.to()))
                .toList();
    }

    private void append(AuditEntry row) {
        long id = rows.size() + 1L;
        rows.add(new AuditEntry(id, row.at(), row.who(), row.what(), row.from(), row.to(), row.why(), row.figures()));
    }
}
