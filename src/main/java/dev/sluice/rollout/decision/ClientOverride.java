package dev.sluice.rollout.decision;

import dev.sluice.core.Mode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An operator's word on who is served how, ahead of the hash.
 *
 * @param selector a client key as it is, {@code token:<id>}, or {@code label:<name>=<value>}
 */
public record ClientOverride(String selector, Mode mode, @Nullable String reason, String who, Instant at) {}
