package dev.sluice.rollout.control;

import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * Where the operators' word and the audit log survive. Fails with {@code store-unavailable} when the database cannot
 * be reached; may answer on any thread.
 */
public interface RolloutStore {

    /** What was last saved, {@link SavedRollout#EMPTY} on a new database. */
    Uni<SavedRollout> load();

    /**
     * Saves target, flags, revision and overrides as they now are and appends the audit rows, all in one transaction.
     * Overrides that are no longer in the list are removed.
     */
    Uni<Void> save(SavedRollout now, List<AuditEntry> audit);

    /** The newest rows with an id below {@code before} (use {@link Long#MAX_VALUE} for the first page). */
    Uni<List<AuditEntry>> history(long before, int limit);
}
