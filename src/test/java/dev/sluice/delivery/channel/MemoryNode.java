package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.delivery.ManualClock;
import dev.sluice.delivery.mailbox.MailboxLimits;
import dev.sluice.delivery.mailbox.MemoryBudget;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.SessionLimits;
import dev.sluice.delivery.session.SessionObserver;
import dev.sluice.delivery.session.SessionRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The engine of one node, all in memory. */
public record MemoryNode(MemoryBroker broker, ChannelSessions sessions, SessionRegistry registry, MemoryBudget budget) {

    /**
     * What a node stands on and a kill leaves: another node may be started on the same.
     *
     * @param writer where records are put in order
     * @param text gives texts, each once
     */
    public record Ground(
            ManualClock clock,
            MemoryDurableLog log,
            MemorySessionStore store,
            Home broker,
            Home writer,
            Supplier<String> text) {

        /** With everything on one home. */
        public static Ground of(ManualClock clock, Home home) {
            AtomicInteger texts = new AtomicInteger();
            return new Ground(
                    clock,
                    new MemoryDurableLog(),
                    new MemorySessionStore(),
                    home,
                    home,
                    () -> "t" + texts.incrementAndGet());
        }

        /** @param bytes what all mailboxes may hold together */
        public MemoryNode start(ChannelPolicies policies, ChannelLimits limits, long bytes) {
            MemoryBroker channels =
                    new MemoryBroker(broker, log, policies, BrokerLimits.DEFAULT, clock, text, ChannelObserver.NONE);
            SessionRegistry registry = new SessionRegistry();
            MemoryBudget budget = new MemoryBudget(bytes);
            ChannelSessions sessions = new ChannelSessions(
                    new ChannelSessions.Ports(
                            channels,
                            policies,
                            store,
                            registry,
                            budget,
                            writer,
                            clock,
                            text,
                            protocol -> SessionObserver.NONE,
                            ChannelObserver.NONE),
                    limits);
            return new MemoryNode(channels, sessions, registry, budget);
        }
    }

    /** Of a small node: two sessions, two subscriptions each. */
    static ChannelLimits small(int maxFrames) {
        return new ChannelLimits(
                new SessionLimits(Duration.ofSeconds(10), Duration.ofMinutes(2), Duration.ofSeconds(30)),
                new MailboxLimits(10_000, maxFrames, Duration.ofSeconds(30)),
                2,
                2,
                10,
                10_000,
                1,
                Duration.ofSeconds(30));
    }

    void publish(ChannelName channel, String... data) {
        for (String each : data) {
            broker.publish(List.of(new NewPublication(channel, "e", Payload.text(each), null, null, null)))
                    .subscribe()
                    .with(places -> {});
        }
    }
}
