package dev.sluice.edge.gate;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Counts open connections by token and by address, and refuses one too many. Any thread. */
public final class OpenConnections {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final Map<UUID, Integer> byToken = new ConcurrentHashMap<>();
    private final Map<String, Integer> byAddress = new ConcurrentHashMap<>();
    private final int perToken;
    private final int perAddress;

    /** @param perAddress {@link Integer#MAX_VALUE} for no limit */
    public OpenConnections(int perToken, int perAddress) {
        this.perToken = perToken;
        this.perAddress = perAddress;
    }

    /**
     * Counts a connection in.
     *
     * @return what counts it out again, once
     * @throws SluiceException {@code too-many-connections}
     */
    public Runnable open(UUID tokenId, String address) {
        countIn(byToken, tokenId, perToken);
        try {
            countIn(byAddress, address, perAddress);
        } catch (SluiceException full) {
            countOut(byToken, tokenId);
            throw full;
        }
        return () -> {
            countOut(byToken, tokenId);
            countOut(byAddress, address);
        };
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
