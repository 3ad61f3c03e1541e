package dev.sluice.edge.gate;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Counts open connections by token or user and by address, and refuses one too many. Any thread. */
public final class OpenConnections {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final Map<String, Integer> byOwner = new ConcurrentHashMap<>();
    private final Map<String, Integer> byAddress = new ConcurrentHashMap<>();
    private final int perOwner;
    private final int perAddress;

    /** @param perAddress {@link Integer#MAX_VALUE} for no limit */
    public OpenConnections(int perOwner, int perAddress) {
        this.perOwner = perOwner;
        this.perAddress = perAddress;
    }

    /**
     * Counts a connection in.
     *
     * @param owner whose credential it was opened with; null for nobody's: then only the address counts
     * @return what counts it out again, once
     * @throws SluiceException {@code too-many-connections}
     */
    public Runnable open(@Nullable String owner, String address) {
        if (owner != null) {
            countIn(byOwner, owner, perOwner);
        }
        try {
            countIn(byAddress, address, perAddress);
        } catch (SluiceException full) {
            countOutOwner(owner);
            throw full;
        }
        return () -> {
            countOutOwner(owner);
            countOut(byAddress, address);
        };
    }

    private void countOutOwner(@Nullable String owner) {
        if (owner != null) {
            countOut(byOwner, owner);
        }
    }

    private static <K> void countIn(Map<K, Integer> counts, K key, int limit) {
        counts.compute(key, (k, count) -> {
            int now = count == null ? 0 : count;
            if (now >= limit) {
                throw SluiceException.retryLater(ProblemCode.TOO_MANY_CONNECTIONS, RETRY_AFTER);
            }
            return now + 1;
        });
    }

    private static <K> void countOut(Map<K, Integer> counts, K key) {
        counts.computeIfPresent(key, (k, count) -> count > 1 ? count - 1 : null);
    }
}
