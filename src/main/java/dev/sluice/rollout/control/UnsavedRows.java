package dev.sluice.rollout.control;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Audit rows of changes that took effect before they were saved, waiting for the store. Bounded: a store that is away
 * for long costs the oldest rows, said once each in the log. Guarded by the control's lock.
 */
final class UnsavedRows {
    /** Days of flag file changes; a few hundred kilobytes at most. */
    static final int MAX = 1_000;

    private static final Logger LOG = Logger.getLogger(UnsavedRows.class);

    private final Deque<AuditEntry> rows = new ArrayDeque<>();

    void add(Collection<AuditEntry> fresh) {
        rows.addAll(fresh);
        while (rows.size() > MAX) {
            LOG.warnf("the store has been away for too long, an audit row is lost [row: %s]", rows.removeFirst());
        }
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    List<AuditEntry> all() {
        return List.copyOf(rows);
    }

    /** Forgets rows that the store now has. By identity, since two changes may look alike. */
    void written(List<AuditEntry> saved) {
        Set<AuditEntry> gone = Collections.newSetFromMap(new IdentityHashMap<>());
        gone.addAll(saved);
        rows.removeIf(gone::contains);
    }
}
