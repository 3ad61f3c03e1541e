package dev.sluice.edge.http;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Budgets: one per client, spent by its polls, requests and WebSocket messages alike, and one per address for those
 * who have not said who they are. Safe on any thread; never blocks.
 */
public final class RateLimits {
    /** Budgets that are held at once; the least used beyond it start afresh, which favours the client. */
    private static final int MAX_BUDGETS = 200_000;

    private static final Duration FORGET_AFTER = Duration.ofMinutes(1);
    private static final long FIND_AGAIN_MILLIS = FORGET_AFTER.toMillis() / 6;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final int BURST = 2;

    private final LoadingCache<String, Bucket> clients;
    private final LoadingCache<String, Bucket> addresses;

    /**
     * @param messagesPerSecond of one client; bursts of twice that
     * @param requestsPerSecond of one address without a token; bursts of twice that
     */
    public RateLimits(int messagesPerSecond, int requestsPerSecond) {
        this.clients = budgets(messagesPerSecond);
        this.addresses = budgets(requestsPerSecond);
    }

    private static LoadingCache<String, Bucket> budgets(int perSecond) {
        return Caffeine.newBuilder()
                .maximumSize(MAX_BUDGETS)
                .expireAfterAccess(FORGET_AFTER)
                // To hand its upkeep to another thread costs more than the upkeep.
                .executor(Runnable::run)
                .build(key -> Bucket.builder()
                        .addLimit(limit ->
                                limit.capacity((long) perSecond * BURST).refillGreedy(perSecond, Duration.ofSeconds(1)))
                        .withSynchronizationStrategy(SynchronizationStrategy.SYNCHRONIZED)
                        .build());
    }

    /** The budget of a client, for connections that spend from it message by message. */
    public Bucket clientBudget(String clientKey) {
        return clients.get(clientKey);
    }

    /** Takes one from a client's budget. */
    public void spendClient(String clientKey) {
        spend(clients.get(clientKey));
    }

    /** An address's budget, for one who spends from it often. */
    public Purse purse(String address) {
        return new Purse(address);
    }

    /**
     * Finds the budget again now and then and not each time: often enough for it not to be forgotten meanwhile, or there
     * would be two of one address. Not shared between threads.
     */
    public final class Purse {
        private final String address;
        private @Nullable Bucket budget;
        private long foundAt;

        private Purse(String address) {
            this.address = address;
        }

        /** Takes one from the budget. */
        public void spend(long nowMillis) {
            Bucket known = budget;
            if (known == null || Math.abs(nowMillis - foundAt) >= FIND_AGAIN_MILLIS) {
                known = addresses.get(address);
                budget = known;
                foundAt = nowMillis;
            }
            RateLimits.spend(known);
        }
    }

    /** Takes one from an address's budget. */
    public void spendAddress(String address) {
        spend(addresses.get(address));
    }

    private static void spend(Bucket budget) {
        if (!budget.tryConsume(1)) {
            throw SluiceException.retryLater(ProblemCode.RATE_LIMITED, RETRY_AFTER);
        }
    }
}
