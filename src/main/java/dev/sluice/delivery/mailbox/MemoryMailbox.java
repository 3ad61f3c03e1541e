package dev.sluice.delivery.mailbox;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox in memory with cumulative acknowledgements. Three runs of messages stand in one row, their positions
 * rising throughout:
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
    private final Row row = new Row();
    /** How many the present attachment was sent: the first of the row. */
    private int sent;
    /** How many were ever sent, with those that are to be sent again; behind them all are fresh. */
    private int known;

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
        boolean full = unsentFrames() >= limits.maxFrames() || freshBytes + bytes > limits.maxBytes();
        if (full && unsentFrames() > 0) {
            return Offered.OVERFLOW;
        }
        row.add(new Outbound(nextPosition++, 1, message));
        freshBytes += bytes;
        return Offered.KEPT;
    }

    /** Appends without a look at the bound: for what was held already and has to go out again. */
    public void offerAgain(Message message) {
        row.add(new Outbound(nextPosition++, 1, message));
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
        for (int i = 0; i < sent; i++) {
            Outbound again = row.get(i);
            row.set(i, new Outbound(again.position(), again.attempt() + 1, again.message()));
        }
        sent = 0;
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
        if (row.size() - sent != 1) {
            return null;
        }
        Outbound only = takeNext();
        raiseFloorWithinBounds();
        return only;
    }

    private @Nullable Outbound takeNext() {
        if (sent == row.size()) {
            return null;
        }
        Outbound next = row.get(sent);
        if (sent == known) {
            known++;
            int bytes = next.message().bytes();
            freshBytes -= bytes;
            sentZoneBytes += bytes;
            highestSent = next.position();
        }
        cursor = next.position();
        Message handed = trail.taken(next.message());
        if (handed != next.message()) {
            next = new Outbound(next.position(), next.attempt(), handed);
            row.set(sent, next);
        }
        sent++;
        return next;
    }

    private void raiseFloorWithinBounds() {
        while (sent > 0 && (known > limits.maxFrames() || sentZoneBytes > limits.maxBytes())) {
            raiseFloor();
        }
    }

    private void raiseFloor() {
        Outbound dropped = removeOldest();
        floor = dropped.position() + 1;
        floorRaises++;
        trail.released(dropped);
    }

    /** One that was sent. */
    private Outbound removeOldest() {
        Outbound oldest = row.removeFirst();
        known--;
        sent = Math.max(0, sent - 1);
        sentZoneBytes -= oldest.message().bytes();
        return oldest;
    }

    /** Lets go of what the present attachment was sent: its client has that, or will ask for it from further back. */
    public void letGoOfSent() {
        while (sent > 0) {
            raiseFloor();
        }
    }

    @Override
    public boolean due(long now) {
        return row.size() > sent;
    }

    @Override
    public void acknowledge(long position) {
        if (position <= acknowledged || position > highestSent) {
            return;
        }
        acknowledged = position;
        cursor = Math.max(cursor, position);
        floor = Math.max(floor, position + 1);
        while (known > 0 && row.get(0).position() <= position) {
            trail.released(removeOldest());
        }
        trail.acknowledged();
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
        return known * 2 >= limits.maxFrames() || sentZoneBytes * 2 >= limits.maxBytes();
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
        return row.size() - known;
    }

    public long unsentBytes() {
        return freshBytes;
    }

    public int sentFrames() {
        return known;
    }

    /** The oldest message that was never handed out; null where there is none. */
    public @Nullable Message oldestUnsent() {
        return known == row.size() ? null : row.get(known).message();
    }

    /**
     * Gives each unsent message to the editor, in order, with the last word on what stands in its place.
     *
     * @param editor null drops the message
     */
    public void editUnsent(Editor editor) {
        freshBytes = 0;
        int kept = known;
        for (int i = known; i < row.size(); i++) {
            Outbound each = row.get(i);
            Message edited = editor.edit(each.position(), each.message());
            if (edited != null) {
                row.set(kept++, edited == each.message() ? each : new Outbound(each.position(), 1, edited));
                freshBytes += edited.bytes();
            }
        }
        row.cut(kept);
    }

    /** Decides what becomes of an unsent message. */
    @FunctionalInterface
    public interface Editor {
        @Nullable
        Message edit(long position, Message message);
    }

    /** Visits everything held, in order. */
    public void forEachHeld(Consumer<Outbound> visitor) {
        row.forEach(visitor);
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
        row.cut(0);
        sent = 0;
        known = 0;
        sentZoneBytes = 0;
        freshBytes = 0;
        floor = nextPosition;
    }
}
