package dev.sluice.rollout.control;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A flag set that is waiting to be put right while the last good one holds.
 *
 * @param key what is at fault, null where the file as a whole is
 * @param message one sentence with key, value and what is allowed
 */
public record RejectedFlags(@Nullable String key, @Nullable String value, String message, Instant at) {}
