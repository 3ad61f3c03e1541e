package dev.sluice.rollout.evidence;

/** Told what was counted, for metrics. On the thread that settles; must not throw or block. */
public interface EvidenceObserver {
    EvidenceObserver NONE = new EvidenceObserver() {};

    /**
     * An attempt was settled, or a client of the polling cohort voted.
     *
     * @param group what the recorder gave with the client's event: the protocol
     * @param tried whether there was a connection that told of itself, or nothing but an offer
     */
    default void settled(Cohort cohort, Outcome outcome, int group, boolean tried) {}
}
