package dev.sluice.delivery.scenario;

import dev.sluice.core.Payload;
import dev.sluice.delivery.Pipes;
import dev.sluice.delivery.command.Command;
import dev.sluice.delivery.command.CommandStatus;
import dev.sluice.delivery.command.MemoryCommandStore;
import dev.sluice.delivery.session.Batch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the delivery rules say of one cluster's commands. Which ones exist is read off the rows, which are what
 * survives; who holds them, and what was settled, is kept here by the rules alone.
 */
final class CommandModel {
    static final long LEASE = Duration.ofSeconds(30).toMillis();

    /** One command as the rules see it. */
    static final class Order {
        final Command row;
        /** Which agent has it now, where its lease is not over. */
        @Nullable
        String holder;

        @Nullable
        String lastHolder;

        @Nullable
        Line lastLine;

        /** It came to its holder after a cursor that covers it may have: only its id settles it. */
        boolean behind;
        /** It was there when the gateway started, and who had it then is not known. */
        boolean fromBefore;

        long leasedAt;
        int attempt;
        boolean settled;
        boolean closed;
        /** Some agent really has it. */
        boolean received;
        /** Settled or not: the rules leave it open, since its lease ran out at about the same time. */
        boolean open;

        Order(Command row) {
            this.row = row;
        }

        long number() {
            return row.number();
        }
    }

    private final Script script;
    private final MemoryCommandStore store;
    private final UUID cluster;
    private final Map<UUID, Order> orders = new HashMap<>();
    private final List<Order> all = new ArrayList<>();
    /** How far the cursors of each agent may reach, once it named one. */
    private final Map<String, Long> reach = new HashMap<>();

    private final Set<String> named = new HashSet<>();

    CommandModel(Script script, MemoryCommandStore store, UUID cluster) {
        this.script = script;
        this.store = store;
        this.cluster = cluster;
    }

    /** Every accepted command, in order of acceptance. */
    List<Order> all() {
        if (orders.size() != store.count()) {
            all.clear();
            store.rows(cluster).forEach(row -> all.add(orders.computeIfAbsent(row.id(), id -> new Order(row))));
        }
        return all;
    }

    Order order(UUID id) {
        all();
        return orders.get(id);
    }

    /** Whether the command is one that this agent should be given now. */
    private boolean waits(Order order, String agent, long now) {
        return !order.settled
                && !order.closed
                && !order.open
                && now < order.row.expiresAt().toEpochMilli()
                && mayBeGivenTo(order, agent, now);
    }

    /** Free; or past its lease, and then only to the agent that has it where that one's socket stays. */
    private static boolean mayBeGivenTo(Order order, String agent, long now) {
        if (order.holder == null) {
            return true;
        }
        Line line = order.lastLine;
        // One that a poll took over from stays no longer, however long it goes on.
        boolean stays = line != null && !line.isPoll() && line.transport.isOpen() && line.fenced == 0;
        return now - order.leasedAt >= LEASE && (!stays || agent.equals(order.holder));
    }

    void handed(String agent, Line line, Batch batch, long now) {
        for (Payload frame : batch.frames()) {
            long number = Pipes.position(frame);
            String[] name = Pipes.name(frame).split("#");
            Order order = order(UUID.fromString(name[0]));
            script.check(order != null, "%d was handed out and is no row", number);
            script.check(order.number() == number, "%d was handed out as %d", order.number(), number);
            script.check(!order.settled, "%d again after its acknowledgement", number);
            script.check(!order.closed, "%d again after it was closed", number);
            script.check(
                    mayBeGivenTo(order, agent, now),
                    "%d was handed to %s while %s has it",
                    number,
                    agent,
                    order.holder);
            script.check(
                    number > line.after || !agent.equals(order.lastHolder) || order.behind,
                    "doubled: %d was covered by after=%d",
                    number,
                    line.after);
            int attempt = Integer.parseInt(name[1]);
            script.check(attempt > order.attempt, "attempt %d of %d comes twice", attempt, number);
            for (Order earlier : all()) {
                script.check(
                        earlier.number() >= number || !waits(earlier, agent, now),
                        "%d was handed out before %d",
                        number,
                        earlier.number());
            }
            order.attempt = attempt;
            if (!agent.equals(order.lastHolder)) {
                boolean elsewhere = order.lastHolder != null || (order.fromBefore && !agent.isEmpty());
                boolean ahead = named.contains(agent) && number > reach.getOrDefault(agent, 0L);
                order.behind = elsewhere && !ahead;
            }
            reach.merge(agent, number, Math::max);
            order.holder = agent;
            order.lastHolder = agent;
            order.lastLine = line;
            order.leasedAt = now;
            order.open = false;
        }
        for (Order order : all()) {
            boolean covered = order.number() <= batch.cursor() && !order.settled && !order.closed && !order.open;
            script.check(
                    !covered || !agent.equals(order.lastHolder) || order.lastLine == line || order.behind,
                    "the cursor %d covers %d, which was handed out elsewhere",
                    batch.cursor(),
                    order.number());
        }
    }

    /** The agent named a cursor: it has what it was handed up to there. */
    void after(String agent, boolean alone, long cursor) {
        for (Order order : all()) {
            boolean had = order.lastHolder == null ? alone && order.fromBefore : agent.equals(order.lastHolder);
            if (order.number() <= cursor && had && !order.behind && !order.settled && !order.closed) {
                script.check(order.received, "after=%d settles %d, which never arrived", cursor, order.number());
                settle(order);
            }
        }
        orders.values().stream()
                .filter(order -> agent.equals(order.holder) && order.number() > cursor)
                .forEach(order -> order.holder = null);
        named.add(agent);
        reach.merge(agent, cursor, Math::max);
    }

    /** A new session knows nothing of what was named in the last one. */
    void sessionOver(String agent) {
        release(agent);
        named.remove(agent);
        reach.remove(agent);
    }

    /** A poll of an agent that settles nothing: it has what that answer held. */
    void pollsAgain(String agent, Line answered, long now) {
        for (Order order : all()) {
            if (agent.equals(order.holder) && order.lastLine == answered && !order.settled && !order.closed) {
                script.check(order.received, "the next poll settles %d, which never arrived", order.number());
                order.open = now - order.leasedAt >= LEASE;
                if (!order.open) {
                    settle(order);
                }
            }
        }
    }

    void settle(Order order) {
        order.settled = true;
        order.holder = null;
    }

    void close(Order order) {
        order.closed = true;
        order.holder = null;
    }

    void release(String agent) {
        orders.values().stream().filter(order -> agent.equals(order.holder)).forEach(order -> order.holder = null);
    }

    void ticked(long now) {
        all().stream()
                .filter(order -> now >= order.row.expiresAt().toEpochMilli())
                .forEach(this::close);
    }

    /** Nobody remembers who had what. */
    void forgetHolders() {
        all();
        orders.values().forEach(order -> {
            order.holder = null;
            order.lastHolder = null;
            order.lastLine = null;
            order.behind = false;
            order.fromBefore = true;
        });
        named.clear();
        reach.clear();
    }

    /** Only what was written is left. */
    void killed() {
        forgetHolders();
        for (Order order : all()) {
            Command row = store.row(order.row.id());
            order.settled = row.status().compareTo(CommandStatus.ACKNOWLEDGED) >= 0;
            order.closed = row.status().closed();
            order.attempt = row.attempt();
            order.open = false;
        }
    }

    /** Whether there is a command that this agent should be given now. */
    boolean anythingWaitsFor(String agent, long now) {
        return all().stream().anyMatch(order -> waits(order, agent, now));
    }
}
