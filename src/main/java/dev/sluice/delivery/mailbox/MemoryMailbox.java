package dev.sluice.delivery.mailbox;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
    private final Trail trail;
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
        this(limits, Trail.NONE);
    }

    public MemoryMailbox(MailboxLimits limits, Trail trail) {
        this.limits = limits;
        this.trail = trail;
    }

    /** Appends a message at the next position, unless the unsent zone is full. A lone message of any size fits. */
    public Offered offer(Message message) {
        int bytes = message.bytes();
        boolean full = fresh.size() >= limits.maxFrames() || freshBytes + bytes > limits.maxBytes();
        if (full && !fresh.isEmpty()) {
            return Offered.OVERFLOW;
        }
        fresh.addLast(new Outbound(nextPosition++, 1, message));
        freshBytes += bytes;
        return Offered.KEPT;
    }

    /** Appends without a look at the bound: for what was held already and has to go out again. */
    public void offerAgain(Message message) {
        fresh.addLast(new Outbound(nextPosition++, 1, message));
        freshBytes += message.bytes();
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
        trail.rewound();
    }

    /** Whether everything after that position is still here, and the position was really sent. */
    private boolean covers(long after) {
        return after >= floor - 1 && after <= highestSent;
    }

    @Override
    public void take(List<Outbound> into, int maxFrames, int maxBytes, long now) {
        int room = maxBytes;
        while (into.size() < maxFrames && room > 0) {
            Outbound next = takeNext();
            if (next == null) {
                break;
            }
            into.add(next);
            room -= next.message().bytes();
        }
        raiseFloorWithinBounds();
    }

    @Override
    public @Nullable Outbound takeOnly(long now) {
        if (again.size() + fresh.size() != 1) {
            return null;
        }
        Outbound only = takeNext();
        raiseFloorWithinBounds();
        return only;
    }

    private @Nullable Outbound takeNext() {
        Outbound next = again.pollFirst();
        if (next == null) {
            next = fresh.pollFirst();
            if (next == null) {
                return null;
            }
            int bytes = next.message().bytes();
            freshBytes -= bytes;
            sentZoneBytes += bytes;
            highestSent = next.position();
        }
        cursor = next.position();
        Message handed = trail.taken(next.message());
        if (handed != next.message()) {
            next = new Outbound(next.position(), next.attempt(), handed);
        }
        sent.addLast(next);
        return next;
    }

    private void raiseFloorWithinBounds() {
        while (!sent.isEmpty()
                && (sent.size() + again.size() > limits.maxFrames() || sentZoneBytes > limits.maxBytes())) {
            raiseFloor();
        }
    }

    private void raiseFloor() {
        Outbound dropped = sent.removeFirst();
        sentZoneBytes -= dropped.message().bytes();
        floor = dropped.position() + 1;
        floorRaises++;
        trail.released(dropped);
    }

    /** Lets go of what the present attachment was sent: its client has that, or will ask for it from further back. */
    public void letGoOfSent() {
        while (!sent.isEmpty()) {
            raiseFloor();
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
        trail.acknowledged();
    }

    private void trim(ArrayDeque<Outbound> run, long position) {
        while (!run.isEmpty() && run.peekFirst().position() <= position) {
            Outbound settled = run.pollFirst();
            sentZoneBytes -= settled.message().bytes();
            trail.released(settled);
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

    /** The position up to which the client said that it has everything. */
    public long acknowledged() {
        return acknowledged;
    }

    /** The highest position that was ever handed out. */
    public long highestSent() {
        return highestSent;
    }

    /** The position that the next offer will have. */
    public long nextPosition() {
        return nextPosition;
    }

    public int unsentFrames() {
        return fresh.size();
    }

    public long unsentBytes() {
        return freshBytes;
    }

    public int sentFrames() {
        return sent.size() + again.size();
    }

    /** The oldest message that was never handed out; null where there is none. */
    public @Nullable Message oldestUnsent() {
        Outbound oldest = fresh.peekFirst();
        return oldest == null ? null : oldest.message();
    }

    /**
     * Gives each unsent message to the editor, in order, with the last word on what stands in its place.
     *
     * @param editor null drops the message
     */
    public void editUnsent(Editor editor) {
        List<Outbound> all = new ArrayList<>(fresh);
        fresh.clear();
        freshBytes = 0;
        for (Outbound each : all) {
            Message edited = editor.edit(each.position(), each.message());
            if (edited != null) {
                fresh.addLast(edited == each.message() ? each : new Outbound(each.position(), 1, edited));
                freshBytes += edited.bytes();
            }
        }
    }

    /** Decides what becomes of an unsent message. */
    @FunctionalInterface
    public interface Editor {
        @Nullable
        Message edit(long position, Message message);
    }

    /** Visits everything held, in order. */
    public void forEachHeld(Consumer<Outbound> visitor) {
        sent.forEach(visitor);
        again.forEach(visitor);
        fresh.forEach(visitor);
    }

    /**
     * Lets go of everything, as if the client had acknowledged all there ever was: what it does not have will be
     * offered again at new positions.
     */
    public void restart() {
        // A position of its own: what has it is not to be taken for one who had what was sent there before.
        nextPosition++;
        cutDown();
        highestSent = nextPosition - 1;
        acknowledged = highestSent;
        cursor = highestSent;
    }

    /** Whether a resume after that position is possible: everything behind it is held, and it was really sent. */
    public boolean holdsAfter(long position) {
        return covers(position);
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
