package dev.sluice.delivery.command;

import dev.sluice.core.TransportKind;
import dev.sluice.delivery.mailbox.Mailbox;
import dev.sluice.delivery.mailbox.Outbound;
import dev.sluice.delivery.mailbox.Resume;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The mailbox of one agent replica: a window onto its cluster's {@link CommandQueue}. The queue, and behind it the
 * database, keeps every command until it is acknowledged, so this mailbox holds nothing of its own, has no floor that
 * rises, and covers any resume point that was ever handed out, restarts included. Positions are command numbers.
 *
 * <p>Commands settle one by one ({@link CommandQueue#acknowledge}), or all up to a poll's {@code after}.
 */
public final class CommandMailbox implements Mailbox {
    private final String instanceId;
    private final CommandQueue queue;
    private @Nullable Runnable onWake;
    private long highestSent;
    /** Whether the agent named a cursor, so that it is known to have none beyond {@link #highestSent}. */
    private boolean named;

    int inHand;
    /** Attached by a connection that stays: a lease that runs out is not a reason to bother another replica. */
    private boolean stays;
    /** The same of the one that attaches. */
    private boolean willStay;
    /** Rises with each attachment, so that what one hands out can be told from what an earlier one did. */
    long exchange;
    /** No command in hand is from an exchange before this one: spares a look at each where there is nothing to find. */
    long exchangeOfOldest;

    CommandMailbox(String instanceId, CommandQueue queue) {
        this.instanceId = instanceId;
        this.queue = queue;
    }

    public String instanceId() {
        return instanceId;
    }

    public CommandQueue queue() {
        return queue;
    }

    /** Who is told that something is free; the session's {@code wake}. */
    public void onWake(Runnable listener) {
        onWake = listener;
    }

    /**
     * The replica is about to attach by a socket, or by polls, of which nobody knows whether another one comes. Holds from
     * the moment when its place is accepted: one that is refused changes nothing.
     */
    void attachesBy(TransportKind kind) {
        willStay = kind == TransportKind.WEBSOCKET;
    }

    boolean stays() {
        return stays;
    }

    void wake() {
        if (onWake != null) {
            onWake.run();
        }
    }

    /** Commands handed out and not acknowledged. */
    int inHand() {
        return inHand;
    }

    /** The agent polls again and never settled a command by itself: that poll says that it has the last answer. */
    public void acknowledgeHandedOut(long now) {
        queue.acknowledgeExchangeOf(this, now);
    }

    @Override
    public boolean resume(Resume from, long now) {
        if (from.kind() == Resume.Kind.AFTER && (from.position() < 0 || from.position() > queue.handedOut())) {
            return false;
        }
        stays = willStay;
        switch (from.kind()) {
            case AFTER -> {
                queue.acknowledgeThrough(this, from.position(), now);
                queue.releaseBeyond(this, from.position());
                highestSent = Math.max(highestSent, from.position());
                named = true;
            }
            case LAST_ACKNOWLEDGED -> queue.releaseAllOf(this);
            case CONTINUE -> {
                // What is in hand stays in hand until its lease runs out.
            }
        }
        exchange++;
        if (inHand == 0) {
            exchangeOfOldest = exchange;
        }
        return true;
    }

    @Override
    public void take(List<Outbound> into, int maxFrames, int maxBytes, long now) {
        int room = maxBytes;
        while (into.size() < maxFrames && room > 0) {
            Outbound next = queue.lease(this, now);
            if (next == null) {
                return;
            }
            into.add(next);
            room -= next.message().bytes();
            highestSent = Math.max(highestSent, next.position());
        }
    }

    @Override
    public boolean due(long now) {
        return queue.anythingFreeFor(this, now);
    }

    @Override
    public void acknowledge(long position) {
        // Commands are acknowledged by id; a pong proves nothing about them.
    }

    @Override
    public void released(long now) {
        stays = false;
        queue.releaseAllOf(this);
        queue.wakeReplicas();
    }

    long highestSent() {
        return highestSent;
    }

    /** Whether the agent can have no cursor that covers this number yet. */
    boolean isAheadOfItsCursors(long number) {
        return named && number > highestSent;
    }

    @Override
    public long lastSent() {
        return queue.cursorOf(this, exchange);
    }

    /**
     * The cursor for an answer that carries no command, to an agent that named none: it covers only what is
     * acknowledged. An earlier answer may be lost, and naming {@link #lastSent()} would acknowledge what was in it.
     */
    public long acknowledgedCursor() {
        return queue.cursorOf(this, Long.MAX_VALUE);
    }

    @Override
    public long floor() {
        return 1;
    }

    @Override
    public long heldBytes() {
        return 0;
    }

    @Override
    public void cutDown() {
        // Holds nothing of its own.
    }
}
