package dev.sluice.rollout.control;

import dev.sluice.rollout.decision.Bucketing;
import dev.sluice.rollout.decision.Percentage;

/**
 * What stays as it is while the gateway runs.
 *
 * @param salt {@code sluice.rollout.salt}; changing it deals every client a new bucket
 * @param holdback {@code sluice.rollout.holdback}
 */
public record RolloutSettings(String salt, Bucketing bucketing, Percentage holdback) {}
