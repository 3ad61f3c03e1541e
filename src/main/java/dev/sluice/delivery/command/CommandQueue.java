package dev.sluice.delivery.command;

import dev.sluice.delivery.mailbox.Outbound;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The open commands of one cluster, in memory. A command is <em>free</em> until a replica's {@link CommandMailbox}
 * takes it, then <em>leased</em> to that replica until it is acknowledged; when the replica is lost, attaches afresh or
 * the lease runs out it is free again. Free commands go out by number, so first deliveries are in order and whatever
 * was not acknowledged goes before anything newer.
 *
 * <p>What became of a command is handed to the {@link CommandJournal}; the row in the database is made before a command
 * gets here. Not thread-safe: everything on the cluster's home context.
 */
public final class CommandQueue {
    private final UUID clusterId;
    private final CommandLimits limits;
    private final CommandJournal journal;
    private final TreeMap<Long, OpenCommand> free = new TreeMap<>();
    /** In order of delivery, so the first one is the first whose lease runs out. */
    private final LinkedHashMap<Long, OpenCommand> leased = new LinkedHashMap<>();

    private final Map<UUID, OpenCommand> open = new HashMap<>();
    /** Nearly always one, for which this is a quarter of a map that can change; replaced when one comes or goes. */
    private Map<String, CommandMailbox> replicas = Map.of();
    /** Ids that were closed lately: an agent may settle twice, and that is no mistake. */
    private final LatelyClosed latelyClosed = new LatelyClosed();

    private long openBytes;
    private long highest;
    /** Numbers up to here may have been handed out by an earlier process, to whom nobody knows. */
    private long fromBefore;
    /** The highest number that may have been handed out; a cursor beyond it never was. */
    private long handedOut;

    private long nextExpiry = Long.MAX_VALUE;

    public CommandQueue(UUID clusterId, CommandLimits limits, CommandJournal journal) {
        this.clusterId = clusterId;
        this.limits = limits;
        this.journal = journal;
    }

    public UUID clusterId() {
        return clusterId;
    }

    /** The replica's view of this queue, made on first sight. Absent an instance id an agent is the replica "". */
    public CommandMailbox replica(String instanceId) {
        CommandMailbox known = replicas.get(instanceId);
        if (known != null) {
            return known;
        }
        CommandMailbox fresh = new CommandMailbox(instanceId, this);
        Map<String, CommandMailbox> more = new HashMap<>(replicas);
        more.put(instanceId, fresh);
        replicas = Map.copyOf(more);
        return fresh;
    }

    /** Forgets a replica whose session is over. Answers whether none is left. */
    public boolean forget(CommandMailbox replica) {
        Map<String, CommandMailbox> fewer = new HashMap<>(replicas);
        fewer.remove(replica.instanceId(), replica);
        replicas = Map.copyOf(fewer);
        return replicas.isEmpty();
    }

    public boolean hasReplicas() {
        return !replicas.isEmpty();
    }

    /** Whether {@code bytes} more fit within the bounds. */
    public boolean hasRoomFor(int bytes) {
        return open.size() < limits.maxOpen()
                && openBytes + bytes <= limits.maxOpenBytes()
                && limits.budget().fits(bytes);
    }

    public int openCount() {
        return open.size();
    }

    private void count(long bytes) {
        openBytes += bytes;
        limits.budget().add(bytes);
    }

    /** This queue is let go; whoever needs it again loads it. */
    void unload() {
        limits.budget().add(-openBytes);
        openBytes = 0;
    }

    /** The highest number this queue has seen: what comes next is the one after it. */
    long highest() {
        return highest;
    }

    /** The highest number that may have been handed out; a cursor beyond it never was. */
    long handedOut() {
        return handedOut;
    }

    /** Adds an accepted or loaded command. One that is known already changes nothing. */
    public void add(Command command) {
        highest = Math.max(highest, command.number());
        if (command.status().closed() || open.containsKey(command.id())) {
            return;
        }
        OpenCommand added = new OpenCommand(command);
        open.put(command.id(), added);
        count(added.message.bytes());
        nextExpiry = Math.min(nextExpiry, command.expiresAt().toEpochMilli());
        if (!added.acknowledged) {
            free.put(added.number(), added);
        }
    }

    /**
     * After loading: the cluster's numbers reach up to that one, closed commands included, and an earlier process may
     * have handed them out.
     */
    public void sawNumber(long number) {
        highest = Math.max(highest, number);
        fromBefore = Math.max(fromBefore, highest);
        handedOut = Math.max(handedOut, fromBefore);
    }

    /** After looking again: commands up to that number exist, and those that are not here are closed. */
    void passedNumber(long number) {
        highest = Math.max(highest, number);
    }

    /** Lets the replicas drain what is free, the one with the least in hand first. */
    public void wakeReplicas() {
        if (free.isEmpty()) {
            return;
        }
        if (replicas.size() == 1) {
            replicas.values().iterator().next().wake();
            return;
        }
        List<CommandMailbox> byLoad = new ArrayList<>(replicas.values());
        byLoad.sort(Comparator.comparingInt(CommandMailbox::inHand).thenComparing(CommandMailbox::instanceId));
        byLoad.forEach(CommandMailbox::wake);
    }

    /** Hands the next free command to a replica, or null. */
    @Nullable
    Outbound lease(CommandMailbox to, long now) {
        freeExpiredLeases(now);
        OpenCommand command = firstFreeFor(to);
        if (command == null) {
            return null;
        }
        free.remove(command.number());
        command.reservedFor = null;
        if (!to.instanceId().equals(command.lastHolder)) {
            command.behindCursor = mayHaveBeenElsewhere(to, command) && !to.isAheadOfItsCursors(command.number());
        }
        command.holder = to;
        command.lastHolder = to.instanceId();
        command.exchange = to.exchange;
        command.leasedAt = now;
        command.attempt++;
        leased.put(command.number(), command);
        to.inHand++;
        handedOut = Math.max(handedOut, command.number());
        journal.record(CommandChange.delivered(command.command.id(), command.attempt, Instant.ofEpochMilli(now)));
        return new Outbound(command.number(), command.attempt, command.message);
    }

    boolean anythingFreeFor(CommandMailbox replica, long now) {
        freeExpiredLeases(now);
        return firstFreeFor(replica) != null;
    }

    private @Nullable OpenCommand firstFreeFor(CommandMailbox replica) {
        for (OpenCommand command : free.values()) {
            CommandMailbox reserved = command.reservedFor;
            if (reserved == null || reserved == replica || !reserved.stays()) {
                return command;
            }
        }
        return null;
    }

    private void freeExpiredLeases(long now) {
        while (!leased.isEmpty()) {
            OpenCommand oldest = leased.values().iterator().next();
            if (now - oldest.leasedAt < limits.lease().toMillis()) {
                return;
            }
            CommandMailbox holder = oldest.holder;
            release(oldest);
            oldest.reservedFor = holder;
        }
    }

    private void release(OpenCommand command) {
        endLease(command);
        free.put(command.number(), command);
    }

    private void endLease(OpenCommand command) {
        leased.remove(command.number());
        CommandMailbox holder = command.holder;
        if (holder != null) {
            holder.inHand--;
            command.holder = null;
        }
    }

    /** Frees what a replica has in hand; the others may take it at once. */
    void releaseAllOf(CommandMailbox replica) {
        for (OpenCommand command : free.values()) {
            if (command.reservedFor == replica) {
                command.reservedFor = null;
            }
        }
        if (replica.inHand == 0) {
            return;
        }
        for (OpenCommand command : List.copyOf(leased.values())) {
            if (command.holder == replica) {
                release(command);
            }
        }
    }

    /** Frees what a replica has in hand beyond that number. */
    void releaseBeyond(CommandMailbox replica, long number) {
        for (OpenCommand command : List.copyOf(leased.values())) {
            if (command.holder == replica && command.number() > number) {
                release(command);
            }
        }
    }

    /**
     * A replica's cursor: it has everything up to that number that was handed to it, and, where this process does not
     * know who had it (it was delivered before a restart) and the agent is a single instance, everything that was.
     *
     * <p>Not what was handed to it {@linkplain OpenCommand#behindCursor behind its cursor}: a lower number that came
     * late, because another replica had it and was lost. The answer with it may be lost as well, and then the agent
     * names a cursor that it had before.
     */
    void acknowledgeThrough(CommandMailbox replica, long number, long now) {
        for (OpenCommand command : List.copyOf(leased.values())) {
            if (command.holder == replica && command.number() <= number && !command.behindCursor) {
                acknowledge(command, now);
            }
        }
        for (OpenCommand command : List.copyOf(free.headMap(number, true).values())) {
            if (mayHaveHad(replica, command)) {
                acknowledge(command, now);
            }
        }
    }

    private boolean mayHaveHad(CommandMailbox replica, OpenCommand command) {
        if (command.lastHolder != null) {
            return command.lastHolder.equals(replica.instanceId()) && !command.behindCursor;
        }
        return command.number() <= fromBefore && isAlone(replica);
    }

    private boolean mayHaveBeenElsewhere(CommandMailbox replica, OpenCommand command) {
        return command.lastHolder != null || (command.number() <= fromBefore && !isAlone(replica));
    }

    /**
     * After a restart the rows do not say which of several instances had a command. One that names itself may have
     * fellows that have not come back yet, so it is not alone: again is better than never.
     */
    private boolean isAlone(CommandMailbox replica) {
        return replica.instanceId().isEmpty() && replicas.size() <= 1;
    }

    /**
     * How far a replica's cursor may go so that naming it settles nothing that was not handed out in that exchange or
     * later: behind what it had and lost, and behind what it holds from an exchange whose answer may be lost.
     */
    long cursorOf(CommandMailbox replica, long exchange) {
        long cursor = replica.highestSent();
        for (OpenCommand command : free.headMap(cursor, true).values()) {
            if (mayHaveHad(replica, command)) {
                cursor = command.number() - 1;
                break;
            }
        }
        if (replica.inHand > 0 && exchange > replica.exchangeOfOldest) {
            for (OpenCommand command : leased.values()) {
                if (command.holder == replica && command.exchange < exchange && !command.behindCursor) {
                    cursor = Math.min(cursor, command.number() - 1);
                }
            }
        }
        return cursor;
    }

    /**
     * Settles what a replica was handed in its present exchange: the next poll of an agent that never settles anything
     * by itself. What it still holds from an earlier one was in an answer that nobody saw arrive.
     */
    void acknowledgeExchangeOf(CommandMailbox replica, long now) {
        for (OpenCommand command : List.copyOf(leased.values())) {
            if (command.holder == replica && command.exchange == replica.exchange) {
                acknowledge(command, now);
            }
        }
    }

    /** The agent has the command. Answers whether it is open here; an acknowledgement is never undone. */
    public boolean acknowledge(UUID commandId, long now) {
        OpenCommand command = open.get(commandId);
        if (command == null) {
            return false;
        }
        acknowledge(command, now);
        return true;
    }

    private void acknowledge(OpenCommand command, long now) {
        if (command.acknowledged) {
            return;
        }
        endLease(command);
        free.remove(command.number());
        command.acknowledged = true;
        journal.record(CommandChange.acknowledged(command.command.id(), Instant.ofEpochMilli(now)));
    }

    /** The agent is done with the command. Answers whether it was open here. */
    public boolean finish(UUID commandId, CommandResult result, long now) {
        OpenCommand command = open.get(commandId);
        if (command == null) {
            return false;
        }
        drop(command);
        journal.record(CommandChange.finished(commandId, result, Instant.ofEpochMilli(now)));
        return true;
    }

    /** Whether a command of that id was closed here not long ago. */
    public boolean closedLately(UUID commandId) {
        return latelyClosed.contains(commandId);
    }

    /** Cancels a command that was never handed out. Answers whether it was. */
    public boolean cancel(UUID commandId, long now) {
        OpenCommand command = open.get(commandId);
        if (command == null || command.attempt > 0 || command.acknowledged) {
            return false;
        }
        drop(command);
        journal.record(CommandChange.closed(commandId, CommandStatus.CANCELLED, Instant.ofEpochMilli(now)));
        return true;
    }

    private void drop(OpenCommand command) {
        endLease(command);
        free.remove(command.number());
        open.remove(command.command.id());
        latelyClosed.add(command.command.id());
        count(-command.message.bytes());
    }

    /** Time passed: what is past its expiry is closed. */
    public void tick(long now) {
        if (now < nextExpiry) {
            return;
        }
        nextExpiry = Long.MAX_VALUE;
        for (OpenCommand command : List.copyOf(open.values())) {
            long expiry = command.command.expiresAt().toEpochMilli();
            if (now >= expiry) {
                drop(command);
                journal.record(
                        CommandChange.closed(command.command.id(), CommandStatus.EXPIRED, Instant.ofEpochMilli(now)));
            } else {
                nextExpiry = Math.min(nextExpiry, expiry);
            }
        }
    }
}
