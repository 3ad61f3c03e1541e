package dev.sluice.observe;

import dev.sluice.delivery.command.CommandChange;
import dev.sluice.delivery.command.CommandObserver;
import dev.sluice.delivery.command.CommandStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what becomes of commands. Any thread. */
public final class CommandMetrics implements CommandObserver {
    private final Counter[] byStatus = new Counter[CommandStatus.values().length];
    private final Counter accepted;
    private final Counter redelivered;

    public CommandMetrics(MeterRegistry registry) {
        accepted = counter(registry, "accepted");
        redelivered = counter(registry, "redelivered");
        for (CommandStatus status : CommandStatus.values()) {
            if (status != CommandStatus.QUEUED) {
                byStatus[status.ordinal()] = counter(registry, status.wire());
            }
        }
        byStatus[CommandStatus.QUEUED.ordinal()] = accepted;
    }

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder(MetricNames.COMMANDS)
                .description("What became of commands")
                .tag(MetricNames.OUTCOME, outcome)
                .register(registry);
    }

    @Override
    public void accepted() {
        accepted.increment();
    }

    @Override
    public void changed(CommandChange change) {
        Integer attempt = change.attempt();
        if (change.status() == CommandStatus.DELIVERED && attempt != null && attempt > 1) {
            redelivered.increment();
        } else {
            byStatus[change.status().ordinal()].increment();
        }
    }

    /** The sweep over the database closed that many, of agents that were away. */
    public void expired(int count) {
        byStatus[CommandStatus.EXPIRED.ordinal()].increment(count);
    }
}
