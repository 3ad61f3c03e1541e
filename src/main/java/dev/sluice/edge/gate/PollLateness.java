package dev.sluice.edge.gate;

import dev.sluice.rollout.drain.PollingStrain;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How long polls that do not wait take to be answered, as a mean in which the newest ones weigh most. Every protocol
 * that can be polled tells it of its answers. Any thread; a poll costs one small object.
 */
public final class PollLateness implements PollingStrain {
    /** About the last ten answers: one slow one is an accident, ten are a state. */
    private static final double WEIGHT = 0.1;

    /** Without polls nothing is known, and old trouble must not hold anybody up. */
    private static final long FORGET_NANOS = Duration.ofSeconds(5).toNanos();

    private final AtomicReference<Sample> latest = new AtomicReference<>(new Sample(0, 0));

    /** There is one from the start. */
    private Sample latest() {
        return Objects.requireNonNull(latest.get());
    }

    private record Sample(double meanNanos, long at) {}

    /** @param nanos from the request to the acceptance of its answer's last byte */
    public void answered(long nanos) {
        Sample before = latest();
        long now = System.nanoTime();
        double mean = now - before.at > FORGET_NANOS ? 0 : before.meanNanos;
        // Where two answers meet one of them is not counted; it is a mean all the same.
        latest.compareAndSet(before, new Sample(mean + WEIGHT * (nanos - mean), now));
    }

    @Override
    public Duration lateness() {
        Sample sample = latest();
        return System.nanoTime() - sample.at > FORGET_NANOS ? Duration.ZERO : Duration.ofNanos((long) sample.meanNanos);
    }
}
