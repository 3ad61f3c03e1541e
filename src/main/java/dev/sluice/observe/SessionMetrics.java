package dev.sluice.observe;

import dev.sluice.core.Disconnect;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.SessionObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Counts what the sessions of one protocol do. Every meter exists from the start, so that a delivery costs an array
 * index and two additions. Any thread.
 *
 * <p>Delivery latency runs from the append to the socket's acceptance of the last byte, and half the connection's last
 * ping round trip, which is 0 for a poll and before the first pong. Only first deliveries to a session that was attached
 * when the message was appended count: no replays, nothing that waited for its client, and so no poll without
 * {@code wait} either.
 */
public final class SessionMetrics implements SessionObserver {
    private static final Duration[] LATENCY_BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    private final LimitMetrics limits;
    private final Timer[] latency = new Timer[TransportKind.values().length];
    private final Counter[] out = new Counter[TransportKind.values().length];
    private final Counter[] slow = new Counter[TransportKind.values().length];
    private final Counter[] closed = new Counter[Disconnect.values().length];
    private final Counter cutDown;

    /** @param protocol the one whose sessions tell this observer */
    public SessionMetrics(MeterRegistry registry, LimitMetrics limits, String protocol) {
        this.limits = limits;
        for (TransportKind kind : TransportKind.values()) {
            latency[kind.ordinal()] = Timer.builder(MetricNames.EVENT_DELIVERY)
                    .description("From the append to a client that was there")
                    .serviceLevelObjectives(LATENCY_BUCKETS)
                    .tag(MetricNames.TRANSPORT, kind.wire())
                    .tag(MetricNames.PROTOCOL, protocol)
                    .register(registry);
            out[kind.ordinal()] = ConnectionMetrics.messages(registry, "out", kind, protocol);
            slow[kind.ordinal()] = Counter.builder(MetricNames.SLOW_CONSUMERS)
                    .description("Clients disconnected because they did not read")
                    .tag(MetricNames.TRANSPORT, kind.wire())
                    .register(registry);
        }
        for (Disconnect why : Disconnect.values()) {
            closed[why.ordinal()] = Counter.builder(MetricNames.SESSIONS_CLOSED)
                    .description("Sessions that are over")
                    .tag(MetricNames.CODE, Integer.toString(why.code()))
                    .register(registry);
        }
        cutDown = Counter.builder(MetricNames.MAILBOX_CUT_DOWN)
                .description("Mailboxes that were over a limit and let go of what they held")
                .register(registry);
    }

    @Override
    public void delivered(TransportKind kind, int messages) {
        // A poll's answer is counted whole by whoever writes it.
        if (kind != TransportKind.POLLING) {
            out[kind.ordinal()].increment(messages);
        }
    }

    @Override
    public void reached(TransportKind kind, long latencyMillis, int messages) {
        for (int i = 0; i < messages; i++) {
            latency[kind.ordinal()].record(Math.max(0, latencyMillis), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void disconnected(TransportKind kind, Disconnect why) {
        if (why == Disconnect.SLOW_CONSUMER) {
            slow[kind.ordinal()].increment();
            limits.hit(why);
        }
    }

    @Override
    public void cutDown() {
        cutDown.increment();
    }

    @Override
    public void closed(Disconnect why) {
        closed[why.ordinal()].increment();
    }
}
