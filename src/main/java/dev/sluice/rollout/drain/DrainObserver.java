package dev.sluice.rollout.drain;

import dev.sluice.core.Mode;

/** What drains do, told as it happens. Any thread; must not block or throw. */
public interface DrainObserver {
    DrainObserver NONE = new DrainObserver() {};

    /** A drain found somebody to move. */
    default void started(DrainCause cause) {}

    /** A client was told to go. */
    default void told(String protocol, Mode from, Farewell farewell) {}

    /** The drain waits for the polling side. */
    default void paused() {}
}
