package dev.sluice.rollout.control;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One change of target, ceiling, flag or override. Rows are only ever added.
 *
 * @param id 0 until it is stored, then its place in the log
 * @param who {@code token:<name>}, {@code flag-file}, {@code start} or {@code guard}
 * @param what {@code target}, {@code ceiling}, {@code plan}, {@code flags.<name>} or {@code override.<selector>}
 * @param figures JSON text a guard decision was taken on, else null
 */
public record AuditEntry(
        long id,
        Instant at,
        String who,
        String what,
        @Nullable String from,
        @Nullable String to,
        @Nullable String why,
        @Nullable String figures) {}
