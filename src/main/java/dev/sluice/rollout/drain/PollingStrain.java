package dev.sluice.rollout.drain;

import java.time.Duration;

/** How the side is doing that clients are sent to. */
@FunctionalInterface
public interface PollingStrain {

    /** How late polls are answered at present, beyond what they wait for. Any thread; costs nothing. */
    Duration lateness();
}
