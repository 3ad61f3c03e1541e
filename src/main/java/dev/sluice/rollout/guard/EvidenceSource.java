package dev.sluice.rollout.guard;

import dev.sluice.rollout.evidence.CohortWindow;
import dev.sluice.rollout.evidence.EvidenceWindow;

/** Port to what is counted. Called by one thread at a time, never by an event loop: it may take milliseconds. */
public interface EvidenceSource {
    /** A gateway that counts nothing. */
    EvidenceSource NONE = new EvidenceSource() {
        @Override
        public EvidenceWindow close(long nowMillis) {
            return new EvidenceWindow(nowMillis, nowMillis, CohortWindow.EMPTY, CohortWindow.EMPTY);
        }

        @Override
        public void restart() {}
    };

    /** What was settled since the last call or {@link #restart}; what was not settled yet is in the next one. */
    EvidenceWindow close(long nowMillis);

    /** Begins afresh: attempts opened before now, and clients seen before now, count for nothing any more. */
    void restart();
}
