package dev.sluice.observe;

import dev.sluice.core.TransportKind;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Shows what the rooms count by themselves: each supplier is asked at a scrape, on the scrape's thread, and held as
 * long as the registry lives.
 */
public final class Gauges {
    private final MeterRegistry registry;

    public Gauges(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Connections of that transport and protocol now. */
    public Gauges connections(TransportKind transport, String protocol, IntSupplier count) {
        Gauge.builder(MetricNames.CONNECTIONS, count::getAsInt)
                .description("Connections now")
                .tag(MetricNames.TRANSPORT, transport.wire())
                .tag(MetricNames.PROTOCOL, protocol)
                .register(registry);
        return this;
    }

    public Gauges sessions(String protocol, IntSupplier count) {
        Gauge.builder(MetricNames.SESSIONS_ACTIVE, count::getAsInt)
                .description("Sessions in memory")
                .tag(MetricNames.PROTOCOL, protocol)
                .register(registry);
        return this;
    }

    public Gauges parkedPolls(IntSupplier count) {
        return gauge(MetricNames.POLLS_PARKED, "Polls that wait for something to come", count);
    }

    public Gauges loadedClusters(IntSupplier count) {
        return gauge(MetricNames.COMMANDS_LOADED_CLUSTERS, "Clusters whose open commands are in memory", count);
    }

    public Gauges unwrittenCommands(IntSupplier count) {
        return gauge(MetricNames.COMMANDS_UNWRITTEN, "Commands with changes that are not durable yet", count);
    }

    /** @param count never falls */
    public Gauges refusedWrites(LongSupplier count) {
        // The meter holds its object weakly and its function strongly; the registry stands in for an object.
        FunctionCounter.builder(MetricNames.COMMANDS_REFUSED_WRITES, registry, held -> count.getAsLong())
                .description("Changes of commands that were given up")
                .register(registry);
        return this;
    }

    /** Bytes held for clients that have not acknowledged them. */
    public Gauges heldBytes(LongSupplier bytes) {
        Gauge.builder(MetricNames.MAILBOX_HELD, bytes::getAsLong)
                .description("Bytes held for clients that have not acknowledged them")
                .baseUnit("bytes")
                .register(registry);
        return this;
    }

    public Gauges notificationsWaiting(IntSupplier count) {
        return gauge(MetricNames.NOTIFICATIONS_WAITING, "Notifications that wait or are under way", count);
    }

    public Gauges outboxWaiting(IntSupplier count) {
        return gauge(MetricNames.OUTBOX_WAITING, "Events that the application has yet to hear", count);
    }

    public Gauges ofrepStreams(IntSupplier count) {
        return gauge(MetricNames.OFREP_STREAMS, "Streams that are told when to evaluate flags again", count);
    }

    /** Pipelines that were heard lately, and those that were silent for too long. */
    public Gauges pipelines(IntSupplier heard, IntSupplier stale) {
        return pipelines("heard", heard).pipelines("stale", stale);
    }

    private Gauges pipelines(String state, IntSupplier count) {
        Gauge.builder(MetricNames.PIPELINES, count::getAsInt)
                .description("Pipelines by whether they were heard lately")
                .tag(MetricNames.STATE, state)
                .register(registry);
        return this;
    }

    public Gauges store(BooleanSupplier up) {
        return gauge(MetricNames.STORE_UP, "1 while the database answers", () -> up.getAsBoolean() ? 1 : 0);
    }

    private Gauges gauge(String name, String description, IntSupplier value) {
        Gauge.builder(name, value::getAsInt).description(description).register(registry);
        return this;
    }
}
