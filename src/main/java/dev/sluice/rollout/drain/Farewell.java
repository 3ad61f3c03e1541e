package dev.sluice.rollout.drain;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import java.time.Duration;

/**
 * What a client is told that has to go.
 *
 * @param why what its connection ends with: {@link Disconnect#SWITCH_TO_POLLING}, or {@link Disconnect#SHUTDOWN}
 * @param to how it is to be served from now on; on a shutdown the way it is connected now
 * @param reason the decision's word, or {@code shutdown}, as it stands in {@code switch} frames
 * @param patience how long at most to wait for a client's acknowledgement before closing, where it cannot resume
 */
public record Farewell(Disconnect why, Mode to, String reason, Duration patience) {}
