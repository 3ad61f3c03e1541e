package dev.sluice.delivery.mailbox;

import java.util.ArrayDeque;
import java.util.List;

/**
 * A mailbox in memory with cumulative acknowledgements. Three runs of messages stand one behind the other, their
 * positions rising throughout:
 *
 * <pre>
 *   … acknowledged │ sent │ again │ fresh …
 *              floor ┘      └ held from an earlier attachment, to be sent again
 * </pre>
 *
 * {@code sent} and {@code again} together are the sent-unacknowledged zone: when it is full its oldest message is let
 * go and the floor rises. {@code fresh} is the unsent zone: when it is full {@link #offer} says so and keeps nothing.
 */
public final class MemoryMailbox implements Mailbox {
    private final MailboxLimits limits;
    private final ArrayDeque<Outbound> sent = new ArrayDeque<>(2);
    private final ArrayDeque<Outbound> again = new ArrayDeque<>(2);
    private final ArrayDeque<Outbound> fresh = new ArrayDeque<>(2);
    private long sentZoneBytes;
    private long freshBytes;
    private long nextPosition = 1;
    /** The highest position ever sent: nothing beyond it can be acknowledged. */
    private long highestSent;
    /** How far the present attachment has got; behind {@link #highestSent} while it replays. */
    private long cursor;

    private long acknowledged;
    private long floor = 1;
    private long floorRaises;

    public MemoryMailbox(MailboxLimits limits) {
        this.limits = limits;
    }

    /** Appends a message at the next position, unless the unsent zone is full. A lone message of any size fits. */
    public Offered offer(Message message) {
        boolean full = fresh.size() >= limits.maxFrames() || freshBytes + message.bytes() > limits.maxBytes();
        if (full && !fresh.isEmpty()) {
            return Offered.OVERFLOW;
        }
        fresh.addLast(new Outbound(nextPosition++, 1, message));
        freshBytes += message.bytes();
        return Offered.KEPT;
    }

    @Override
    public boolean resume(Resume from, long now) {
        if (from.kind() == Resume.Kind.CONTINUE) {
            // What was never handed out may have been cut down meanwhile; going on would be a silent gap.
            return covers(cursor);
        }
        long after = from.kind() == Resume.Kind.AFTER ? from.position() : acknowledged;
        if (!covers(after)) {
            return false;
        }
        acknowledge(after);
        rewind(after);
        return true;
    }

    private void rewind(long after) {
        while (!sent.isEmpty()) {
            Outbound last = sent.pollLast();
            again.addFirst(new Outbound(last.position(), last.attempt() + 1, last.message()));
        }
        cursor = after;
    }

    /** Whether everything after that position is still here, and the position was really sent. */
    private boolean covers(long after) {
        return after >= floor - 1 && after <= highestSent;
    }

    @Override
    public void take(List<Outbound> into, int maxFrames, int maxBytes, long now) {
        int room = maxBytes;
        while (into.size() < maxFrames && room > 0) {
            Outbound next = again.pollFirst();
            if (next == null) {
                next = fresh.pollFirst();
                if (next == null) {
                    break;
                }
                freshBytes -= next.message().bytes();
                sentZoneBytes += next.message().bytes();
                highestSent = next.position();
            }
            cursor = next.position();
            sent.addLast(next);
            into.add(next);
            room -= next.message().bytes();
        }
        raiseFloorWithinBounds();
    }

    private void raiseFloorWithinBounds() {
        while (!sent.isEmpty()
                && (sent.size() + again.size() > limits.maxFrames() || sentZoneBytes > limits.maxBytes())) {
            Outbound dropped = sent.pollFirst();
            sentZoneBytes -= dropped.message().bytes();
            floor = dropped.position() + 1;
            floorRaises++;
        }
    }

    @Override
    public boolean due(long now) {
        return !again.isEmpty() || !fresh.isEmpty();
    }

    @Override
    public void acknowledge(long position) {
        if (position <= acknowledged || position > highestSent) {
            return;
        }
        acknowledged = position;
        cursor = Math.max(cursor, position);
        floor = Math.max(floor, position + 1);
        trim(sent, position);
        trim(again, position);
    }

    private void trim(ArrayDeque<Outbound> run, long position) {
        while (!run.isEmpty() && run.peekFirst().position() <= position) {
            sentZoneBytes -= run.pollFirst().message().bytes();
        }
    }

    @Override
    public void released(long now) {
        // This mailbox has one reader, so all is kept for it; but it must not go on as if it had everything.
        rewind(acknowledged);
    }

    @Override
    public long lastSent() {
        return cursor;
    }

    @Override
    public long floor() {
        return floor;
    }

    /** How many messages the sent zone had to let go unacknowledged since the mailbox was made. */
    public long floorRaises() {
        return floorRaises;
    }

    /** Whether half of the sent zone is used: the moment to ask for an acknowledgement early. */
    public boolean sentHalfFull() {
        return (sent.size() + again.size()) * 2 >= limits.maxFrames() || sentZoneBytes * 2 >= limits.maxBytes();
    }

    @Override
    public long heldBytes() {
        return sentZoneBytes + freshBytes;
    }

    @Override
    public void cutDown() {
        sent.clear();
        again.clear();
        fresh.clear();
        sentZoneBytes = 0;
        freshBytes = 0;
        floor = nextPosition;
    }
}
