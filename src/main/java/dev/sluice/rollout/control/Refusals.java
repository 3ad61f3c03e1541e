package dev.sluice.rollout.control;

import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Finds the clients that know nothing but WebSocket: one that keeps coming back to be refused, over a minute and more
 * and without a single HTTP request in between, cannot poll, and is admitted for a day. So an unchanged client is
 * never shut out for good. Remembers this node's clients only, at most {@value #MAX_CLIENTS} of each kind; any thread.
 */
public final class Refusals {
    /** A client that retries quickly is not yet one that found no other way. */
    static final Duration AT_LEAST = Duration.ofSeconds(60);

    /** How long a client counts as unable to poll, and how long its refusals are counted together. */
    static final Duration REMEMBERED = Duration.ofHours(24);

    private static final int MAX_CLIENTS = 100_000;

    private final InstantSource clock;
    private final int after;
    private final BoundedMemory<Counted> counted;
    private final BoundedMemory<Boolean> unable;

    /** @param after {@code sluice.rollout.cannot-poll-after}: so many refusals; 0 is never */
    public Refusals(InstantSource clock, int after) {
        this(clock, after, MAX_CLIENTS);
    }

    Refusals(InstantSource clock, int after, int limit) {
        this.clock = clock;
        this.after = after;
        this.counted = new BoundedMemory<>(clock, limit);
        this.unable = new BoundedMemory<>(clock, limit);
    }

    /** Its WebSocket was refused because it is outside the rollout. */
    public void refused(String key) {
        if (after <= 0 || cannotPoll(key)) {
            return;
        }
        long now = clock.millis();
        Counted so = counted.update(key, before -> Counted.oneMore(before, now), value -> REMEMBERED);
        if (so.count >= after && now - so.since >= AT_LEAST.toMillis()) {
            counted.forget(key);
            unable.update(key, before -> true, value -> REMEMBERED);
        }
    }

    /**
     * It made an HTTP request by which it could be served. Refusals before it no longer count; a client that was
     * already found unable to poll stays so until its day is over.
     */
    public void sawHttp(String key) {
        counted.forget(key);
    }

    /** Whether it was found unable to poll within the last day. */
    public boolean cannotPoll(String key) {
        return unable.get(key) != null;
    }

    private record Counted(int count, long since) {
        static Counted oneMore(@Nullable Counted before, long now) {
            return before == null ? new Counted(1, now) : new Counted(before.count + 1, before.since);
        }
    }
}
