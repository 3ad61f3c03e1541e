package dev.sluice.observe;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.delivery.session.Fault;
import dev.sluice.delivery.session.ObservedClient;
import dev.sluice.rollout.decision.Reason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Counts what connections live through. Every meter exists from the start, so the hot path is an array index and an
 * increment; clients are not looked at. Any thread.
 */
public final class ConnectionMetrics implements ConnectionObserver {
    /** Why a client is on polling although it was offered WebSocket. */
    private static final List<String> FALLBACK_REASONS = List.of("cut", "silent", "handshake");

    private static final Duration[] AWAY_BUCKETS = {
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(120),
        Duration.ofSeconds(300)
    };

    private final MeterRegistry registry;
    private final LimitMetrics limits;
    private final ByProtocol[] protocols;
    private final Map<TransportKind, WordCounters> errors = new EnumMap<>(TransportKind.class);
    private final Map<Mode, WordCounters> switchesTo = new EnumMap<>(Mode.class);
    private final Counter[] heartbeatsAccepted = new Counter[TransportKind.values().length];
    private final Counter[] heartbeatsRefused = new Counter[TransportKind.values().length];
    private final Timer reconnect;

    /** @param protocols the words that will be said for {@code protocol}; any other becomes {@code other} */
    public ConnectionMetrics(MeterRegistry registry, LimitMetrics limits, List<String> protocols) {
        this.registry = registry;
        this.limits = limits;
        this.protocols = protocols.stream()
                .map(protocol -> new ByProtocol(registry, protocol))
                .toArray(ByProtocol[]::new);
        for (TransportKind kind : TransportKind.values()) {
            errors.put(kind, new WordCounters(Words.errors(), word -> errorCounter(kind, word)));
            heartbeatsAccepted[kind.ordinal()] = heartbeatCounter(kind, "accepted");
            heartbeatsRefused[kind.ordinal()] = heartbeatCounter(kind, "refused");
        }
        switchesTo.put(Mode.WEBSOCKET, switchCounters(Mode.POLLING, Mode.WEBSOCKET));
        switchesTo.put(Mode.POLLING, switchCounters(Mode.WEBSOCKET, Mode.POLLING));
        reconnect = Timer.builder(MetricNames.RECONNECT)
                .description("How long clients were away that came back over the same transport")
                .serviceLevelObjectives(AWAY_BUCKETS)
                .register(registry);
    }

    private Counter errorCounter(TransportKind kind, String word) {
        return Counter.builder(MetricNames.ERRORS)
                .description("Failed requests of clients, and connections that ended badly")
                .tag(MetricNames.TRANSPORT, kind.wire())
                .tag(MetricNames.KIND, word)
                .register(registry);
    }

    private Counter heartbeatCounter(TransportKind kind, String outcome) {
        return Counter.builder(MetricNames.HEARTBEATS)
                .description("Heartbeats of agents")
                .tag(MetricNames.TRANSPORT, kind.wire())
                .tag(MetricNames.OUTCOME, outcome)
                .register(registry);
    }

    private WordCounters switchCounters(Mode from, Mode to) {
        List<String> reasons = new ArrayList<>(List.of("offered", "shutdown"));
        for (Reason reason : Reason.values()) {
            reasons.add(reason.wire());
        }
        return new WordCounters(reasons, reason -> Counter.builder(MetricNames.SWITCHES)
                .description("Clients moved from one transport to the other")
                .tag(MetricNames.FROM, from.wire())
                .tag(MetricNames.TO, to.wire())
                .tag(MetricNames.REASON, reason)
                .register(registry));
    }

    @Override
    public void working(String protocol, TransportKind transport, ObservedClient client) {
        of(protocol).succeeded[transport.ordinal()].increment();
    }

    @Override
    public void failed(
            String protocol, TransportKind transport, @Nullable ObservedClient client, String reason, Fault fault) {
        ByProtocol meters = of(protocol);
        (fault == Fault.REFUSAL ? meters.refused : meters.failed)[transport.ordinal()].increment();
        if (transport == TransportKind.POLLING) {
            return; // what is refused over HTTP is told as an error by itself
        }
        Disconnect why = Words.disconnect(reason);
        if (why != null) {
            disconnected(transport, why);
        } else {
            errorsOf(transport).countIfKnown(reason);
        }
    }

    @Override
    public void ended(String protocol, TransportKind transport, ObservedClient client, @Nullable Disconnect why) {
        if (why != null) {
            disconnected(transport, why);
        }
    }

    private void disconnected(TransportKind transport, Disconnect why) {
        switch (why) {
            case NORMAL, SHUTDOWN, SUPERSEDED, SWITCH_TO_POLLING, SESSION_GONE -> {
                // As it should be.
            }
            case SLOW_CONSUMER -> errorsOf(transport).count(Words.of(why)); // the session counts that limit
            default -> {
                errorsOf(transport).count(Words.of(why));
                limits.hit(why);
            }
        }
    }

    @Override
    public void switched(String protocol, Mode from, Mode to, String reason) {
        Objects.requireNonNull(switchesTo.get(to)).count(reason);
    }

    @Override
    public void fellBack(String protocol, String reason) {
        of(protocol).fallbacks.count(reason);
    }

    @Override
    public void reconnected(String protocol, Duration after) {
        reconnect.record(after);
    }

    @Override
    public void received(String protocol, TransportKind transport) {
        of(protocol).in[transport.ordinal()].increment();
    }

    @Override
    public void sent(String protocol, TransportKind transport, int frames) {
        of(protocol).out[transport.ordinal()].increment(frames);
    }

    @Override
    public void heartbeat(TransportKind transport, boolean accepted) {
        (accepted ? heartbeatsAccepted : heartbeatsRefused)[transport.ordinal()].increment();
    }

    @Override
    public void error(String protocol, TransportKind transport, @Nullable ObservedClient client, ProblemCode problem) {
        errorsOf(transport).count(problem.slug());
    }

    /** There is one for every kind since the beginning. */
    private WordCounters errorsOf(TransportKind transport) {
        return Objects.requireNonNull(errors.get(transport));
    }

    /** There are a handful of protocols, and callers say them by their constants: a walk is the fastest lookup. */
    private ByProtocol of(String protocol) {
        for (ByProtocol known : protocols) {
            if (known.protocol.equals(protocol)) {
                return known;
            }
        }
        return new ByProtocol(registry, WordCounters.OTHER); // the registry gives the same meters again
    }

    private static final class ByProtocol {
        final String protocol;
        final Counter[] succeeded = new Counter[TransportKind.values().length];
        final Counter[] failed = new Counter[TransportKind.values().length];
        final Counter[] refused = new Counter[TransportKind.values().length];
        final Counter[] in = new Counter[TransportKind.values().length];
        final Counter[] out = new Counter[TransportKind.values().length];
        final WordCounters fallbacks;

        ByProtocol(MeterRegistry registry, String protocol) {
            this.protocol = protocol;
            for (TransportKind kind : TransportKind.values()) {
                succeeded[kind.ordinal()] = attempts(registry, kind, "success");
                failed[kind.ordinal()] = attempts(registry, kind, "failure");
                refused[kind.ordinal()] = attempts(registry, kind, "refused");
                in[kind.ordinal()] = messages(registry, "in", kind, protocol);
                out[kind.ordinal()] = messages(registry, "out", kind, protocol);
            }
            fallbacks = new WordCounters(FALLBACK_REASONS, reason -> Counter.builder(MetricNames.FALLBACKS)
                    .description("Clients put on polling because their WebSocket failed")
                    .tag(MetricNames.PROTOCOL, protocol)
                    .tag(MetricNames.REASON, reason)
                    .register(registry));
        }

        private Counter attempts(MeterRegistry registry, TransportKind kind, String outcome) {
            return ConnectionMetrics.attempts(registry, outcome, kind, protocol);
        }
    }

    /** The same meter for connections that tell of themselves, and for offers that nothing came of. */
    static Counter attempts(MeterRegistry registry, String outcome, TransportKind kind, String protocol) {
        return Counter.builder(MetricNames.CONNECTION_ATTEMPTS)
                .description("Attempts to connect that were settled")
                .tag(MetricNames.TRANSPORT, kind.wire())
                .tag(MetricNames.PROTOCOL, protocol)
                .tag(MetricNames.OUTCOME, outcome)
                .register(registry);
    }

    /** The same meter for replies, which connections count, and for what comes from mailboxes. */
    static Counter messages(MeterRegistry registry, String direction, TransportKind kind, String protocol) {
        return Counter.builder(MetricNames.MESSAGES)
                .description("Frames and polls")
                .tag(MetricNames.DIRECTION, direction)
                .tag(MetricNames.TRANSPORT, kind.wire())
                .tag(MetricNames.PROTOCOL, protocol)
                .register(registry);
    }
}
