package dev.sluice.protocol.engineio;

import java.time.Duration;

/** Time of the few who need it finer than the tick of all. */
@FunctionalInterface
public interface Alarms {

    /**
     * Runs the task again and again on the caller's home.
     *
     * @return ends it
     */
    Runnable every(Duration interval, Runnable task);
}
