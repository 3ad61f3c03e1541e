package dev.sluice.rollout.drain;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How far the present drain has got, or the last one that moved anybody; of this node.
 *
 * @param cause null while there was none yet
 * @param since when what set it off happened
 * @param total who had to move when they were looked at: {@code drained + stayed + remaining}
 * @param drained who were told
 * @param stayed who did not have to go after all, or went by themselves, before it was their turn
 * @param remaining whose turn has not come
 */
public record DrainProgress(
        State state,
        @Nullable DrainCause cause,
        @Nullable Instant since,
        int total,
        int drained,
        int stayed,
        int remaining) {

    /** Nobody had to move yet. */
    public static final DrainProgress NONE = new DrainProgress(State.DONE, null, null, 0, 0, 0, 0);

    public enum State {
        RUNNING,
        /** It waits for the polling side. */
        PAUSED,
        DONE;

        private final String wire = name().toLowerCase(Locale.ROOT);

        public String wire() {
            return wire;
        }
    }
}
