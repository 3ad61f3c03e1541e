package dev.sluice.observe;

import jakarta.inject.Singleton;
import java.util.function.BooleanSupplier;

/**
 * What this node says about itself to probes. A database that is away leaves it alive and ready: polling agents and
 * sockets are served from memory, and a restart would cure nothing. Any thread.
 */
@Singleton
public final class NodeHealth {
    private volatile boolean started;
    private volatile BooleanSupplier databaseUp = () -> true;

    /** The start is over: flags, tokens and clusters are there. */
    public void started() {
        started = true;
    }

    /** Who knows whether the database answers; asked with each probe, must not block. */
    public void watchDatabase(BooleanSupplier up) {
        databaseUp = up;
    }

    boolean isStarted() {
        return started;
    }

    boolean isDatabaseUp() {
        return databaseUp.getAsBoolean();
    }
}
