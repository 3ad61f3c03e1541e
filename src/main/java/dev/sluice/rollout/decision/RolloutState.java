package dev.sluice.rollout.decision;

/**
 * Everything a decision follows from, at one revision. Immutable: read it once per decision and any number of threads
 * agree.
 *
 * @param flags the flags in force; their percentage is the target
 * @param ceiling how far the guard lets the target go
 * @param holdback the share that stays on polling even at 100 %, for comparison
 * @param salt {@code sluice.rollout.salt}
 * @param revision grows by one with every change of anything here
 */
public record RolloutState(
        Flags flags,
        Percentage ceiling,
        Percentage holdback,
        String salt,
        Bucketing bucketing,
        Overrides overrides,
        long revision) {

    /** What the operators want. */
    public Percentage target() {
        return flags.rolloutPercentage();
    }

    /** What holds: the lesser of target and ceiling. */
    public Percentage effective() {
        return target().min(ceiling);
    }
}
