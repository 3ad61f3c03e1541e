package dev.sluice.observe;

import dev.sluice.core.Disconnect;
import dev.sluice.core.ProblemCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Counts the limits that clients run into: by the problems their HTTP requests are answered with, and by the
 * disconnects that end their connections. Any thread.
 */
public final class LimitMetrics {
    private final MeterRegistry registry;
    private final @Nullable Counter[] byProblem = new Counter[ProblemCode.values().length];
    private final @Nullable Counter[] byDisconnect = new Counter[Disconnect.values().length];

    public LimitMetrics(MeterRegistry registry) {
        this.registry = registry;
        of(ProblemCode.RATE_LIMITED, "rate-limited");
        of(ProblemCode.TOO_MANY_CONNECTIONS, "too-many-connections");
        of(ProblemCode.BODY_TOO_LARGE, "body-too-large");
        of(ProblemCode.QUEUE_FULL, "queue-full");
        of(ProblemCode.TOO_MANY_PIPELINES, "too-many-pipelines");
        of(Disconnect.RATE_LIMITED, "rate-limited");
        of(Disconnect.TOO_BIG, "message-too-big");
        of(Disconnect.SLOW_CONSUMER, "slow-consumer");
    }

    private void of(ProblemCode code, String limit) {
        byProblem[code.ordinal()] = counter(limit);
    }

    private void of(Disconnect why, String limit) {
        byDisconnect[why.ordinal()] = counter(limit);
    }

    private Counter counter(String limit) {
        return Counter.builder(MetricNames.LIMITS_HIT)
                .description("Limits that clients ran into")
                .tag(MetricNames.LIMIT, limit)
                .register(registry);
    }

    /** An HTTP request was answered with that; what is no limit is not counted. */
    void hit(ProblemCode code) {
        count(byProblem[code.ordinal()]);
    }

    /** A connection was ended for that; what is no limit is not counted. */
    void hit(Disconnect why) {
        count(byDisconnect[why.ordinal()]);
    }

    private static void count(@Nullable Counter counter) {
        if (counter != null) {
            counter.increment();
        }
    }
}
