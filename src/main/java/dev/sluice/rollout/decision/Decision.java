package dev.sluice.rollout.decision;

import dev.sluice.core.Mode;

/**
 * How one client is served, and why.
 *
 * @param bucket its place in hundredths of a percent, stated whatever the reason was
 * @param percentage the effective percentage it was compared with
 * @param revision the rollout's revision that this follows from
 */
public record Decision(Mode mode, int bucket, Percentage percentage, Reason reason, long revision) {}
