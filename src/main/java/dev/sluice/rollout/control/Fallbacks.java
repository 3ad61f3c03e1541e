package dev.sluice.rollout.control;

import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Which clients of the rollout are served by polling for a while because their WebSocket failed: 60 s, doubling with
 * each failure that follows up to 10 min, after which they are offered WebSocket again. A serving state, not a
 * decision, and never a 426. Remembers this node's clients only, at most {@value #MAX_CLIENTS}; any thread.
 */
public final class Fallbacks {
    static final Duration FIRST = Duration.ofSeconds(60);
    static final Duration LONGEST = Duration.ofMinutes(10);

    /** A client that fails again this long after its last fallback ended starts afresh. */
    private static final Duration REMEMBERED = Duration.ofHours(1);

    private static final int MAX_CLIENTS = 100_000;

    private final InstantSource clock;
    private final BoundedMemory<Fallback> fallbacks;

    public Fallbacks(InstantSource clock) {
        this(clock, MAX_CLIENTS);
    }

    Fallbacks(InstantSource clock, int limit) {
        this.clock = clock;
        this.fallbacks = new BoundedMemory<>(clock, limit);
    }

    /** Its WebSocket failed. Failures while it is in fallback already are the same failure and lengthen nothing. */
    public void webSocketFailed(String key) {
        long now = clock.millis();
        fallbacks.update(key, before -> Fallback.after(before, now), value -> Duration.ofMillis(value.until - now)
                .plus(REMEMBERED));
    }

    /** Its WebSocket works: it is out of fallback, and the next failure starts at 60 s. */
    public void webSocketWorked(String key) {
        fallbacks.forget(key);
    }

    /** Whether it is served by polling for now. */
    public boolean isFallback(String key) {
        Fallback fallback = fallbacks.get(key);
        return fallback != null && clock.millis() < fallback.until;
    }

    private record Fallback(Duration length, long until) {
        static Fallback after(@Nullable Fallback before, long now) {
            if (before == null) {
                return new Fallback(FIRST, now + FIRST.toMillis());
            }
            if (now < before.until) {
                return before;
            }
            Duration doubled = before.length.multipliedBy(2);
            Duration length = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
            return new Fallback(length, now + length.toMillis());
        }
    }
}
