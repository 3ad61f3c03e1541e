package dev.sluice.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Whether the database answered when it was last asked. Up until the first failure; the gateway serves on while it is
 * down, so this feeds a gauge and people, not readiness. Any thread.
 */
@ApplicationScoped
public class StoreHealth {
    private static final Logger LOG = Logger.getLogger(StoreHealth.class);

    private final AtomicBoolean available = new AtomicBoolean(true);
    private final List<Consumer<Boolean>> listeners = new CopyOnWriteArrayList<>();

    /** What the latest transaction found. */
    public boolean available() {
        return available.get();
    }

    /** Tells of every change, on the thread that noticed it; must not block. */
    public void onChange(Consumer<Boolean> listener) {
        listeners.add(listener);
    }

    void up() {
        if (available.compareAndSet(false, true)) {
            LOG.info("the database is back");
            listeners.forEach(listener -> listener.accept(true));
        }
    }

    void down(Throwable cause) {
        if (available.compareAndSet(true, false)) {
            LOG.warnf("the database cannot be reached [cause: %s]", cause);
            listeners.forEach(listener -> listener.accept(false));
        }
    }
}
