package dev.sluice.delivery.channel;

import dev.sluice.delivery.mailbox.Mailbox;
import dev.sluice.delivery.mailbox.MailboxLimits;
import dev.sluice.delivery.mailbox.MemoryMailbox;
import dev.sluice.delivery.mailbox.Message;
import dev.sluice.delivery.mailbox.Outbound;
import dev.sluice.delivery.mailbox.Resume;
import dev.sluice.delivery.mailbox.Trail;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The mailbox of a session with channels: two zones in memory, and for each position the place in the channels that a
 * client has reached with it. Places are given when a message is taken and not before: what is dropped ahead of it must
 * not be covered by its cursor.
 *
 * <p>Replies outlive the events that are let go of: history cannot say them again.
 */
final class ChannelMailbox implements Mailbox, Trail {
    private final MailboxLimits limits;
    private final MemoryMailbox zones;
    private final Runnable onTaken;
    /** With what the present attachment was sent. */
    private final Place run;
    /** With everything below the lowest position held. */
    private final Place base;
    /** With what is acknowledged. */
    private final Place acknowledged;
    /** Null for nearly everybody, nearly always. */
    private @Nullable KeptReplies replies;

    /** The highest position let go of that a client who is not that far lacks. */
    private long lacked;

    private boolean acknowledging;
    private boolean withheld;
    /** Where a client is that was handed out nothing since everything began anew; null while its position says so. */
    private @Nullable SessionCursor stays;

    /** @param onTaken told when something was handed out, which makes room */
    ChannelMailbox(MailboxLimits limits, Watermark begin, Runnable onTaken) {
        this.limits = limits;
        this.zones = new MemoryMailbox(limits, this);
        this.onTaken = onTaken;
        this.run = new Place(begin);
        this.base = new Place(begin);
        this.acknowledged = new Place(begin);
    }

    /** Nothing was offered so far, and the client is at that place of an earlier life. */
    void begin(SessionCursor place) {
        run.set(place);
        base.set(place);
        acknowledged.set(place);
    }

    // ---- what goes in

    Offered offer(Message message) {
        return zones.offer(message);
    }

    void offerAgain(Message message) {
        zones.offerAgain(message);
    }

    /** Whether a history may be pulled: half of the unsent zone is free. */
    boolean hasRoom() {
        return zones.unsentFrames() * 2 < limits.maxFrames() && zones.unsentBytes() * 2 < limits.maxBytes();
    }

    // ---- what goes out

    /** From now on nothing is handed out. */
    void withhold() {
        withheld = true;
    }

    /** From now on it is; whoever says so wakes the session. */
    void handOut() {
        withheld = false;
        stays = null;
    }

    /** Everything began anew, behind that place; while nothing is handed out a client is told no other. */
    void stays(SessionCursor place) {
        stays = withheld ? place : null;
    }

    @Override
    public boolean resume(Resume from, long now) {
        return zones.resume(from, now);
    }

    @Override
    public void take(List<Outbound> into, int maxFrames, int maxBytes, long now) {
        if (withheld) {
            return;
        }
        int before = into.size();
        zones.take(into, maxFrames, maxBytes, now);
        // What is offered because of this goes out with the next take: there is none after an empty one.
        if (into.size() > before) {
            onTaken.run();
        }
    }

    @Override
    public @Nullable Outbound takeOnly(long now) {
        Outbound only = withheld ? null : zones.takeOnly(now);
        if (only != null) {
            onTaken.run();
        }
        return only;
    }

    @Override
    public boolean due(long now) {
        return !withheld && zones.due(now);
    }

    @Override
    public void acknowledge(long position) {
        acknowledging = true;
        zones.acknowledge(position);
        acknowledging = false;
        if (replies != null) {
            replies.acknowledged(position);
        }
    }

    /** A client acknowledged what was let go of before: of that place only its cursor knows. */
    void acknowledgeBelowFloor(SessionCursor cursor) {
        if (cursor.seq() > zones.acknowledged() && cursor.seq() < zones.floor() - 1) {
            acknowledge(cursor.seq());
            acknowledged.set(cursor);
        }
    }

    @Override
    public void released(long now) {
        zones.released(now);
    }

    // ---- the trail

    @Override
    public Message taken(Message message) {
        run.pass(message);
        return run.stamp(message);
    }

    @Override
    public void released(Outbound oldest) {
        base.pass(oldest.message());
        letGo(oldest);
        if (!acknowledging && !canBeFilled(oldest.message())) {
            keepReply(oldest);
        }
    }

    @Override
    public void acknowledged() {
        if (zones.acknowledged() >= zones.floor() - 1) {
            acknowledged.set(base);
        }
    }

    @Override
    public void rewound() {
        run.set(acknowledged);
    }

    // ---- what is let go of

    private void letGo(Outbound held) {
        if (!held.message().endsWithItsConnection()) {
            lacked = held.position();
        }
    }

    /** Whether history, or a look at who is there, can say it again. */
    private static boolean canBeFilled(Message message) {
        Message what = Placed.unwrap(message);
        return what instanceof Publication || what instanceof Gap || what instanceof PresenceChange;
    }

    private void keepReply(Outbound reply) {
        if (replies == null) {
            replies = new KeptReplies(limits);
        }
        replies.keep(reply);
    }

    /**
     * Lets go of what was not handed out and can be filled, or said again by who decides on it.
     *
     * @param dropped told each message, in order; whether it goes although it cannot be filled
     * @param displaced told each that would make a second channel the exception, while the one before it needs to be
     *     that still; whether it goes as well, to be said again when the cursor has room for it
     */
    void dropUnsent(Predicate<Message> dropped, Predicate<Message> displaced) {
        int[] exception = {sentPlace().subscription};
        zones.editUnsent((position, message) -> {
            Message what = Placed.unwrap(message);
            if (dropped.test(what) | canBeFilled(what)) {
                return null;
            }
            if (!(message instanceof Placed placed) || placed.subscription() < 0) {
                return what;
            }
            boolean second = exception[0] >= 0 && exception[0] != placed.subscription();
            if (second) {
                return displaced.test(what) ? null : what;
            }
            exception[0] = placed.subscription();
            // Its mark covered what is dropped here; that a channel is the exception goes on to hold.
            return new Placed(what, Watermark.NONE, placed.subscription(), placed.offset());
        });
    }

    /** The place of a client that has everything that was handed out. */
    private Place sentPlace() {
        Place place = new Place(Watermark.NONE);
        place.set(base);
        zones.forEachHeld(held -> {
            if (held.position() <= zones.highestSent()) {
                place.pass(held.message());
            }
        });
        return place;
    }

    @Override
    public void cutDown() {
        zones.forEachHeld(held -> {
            if (held.position() <= zones.highestSent()) {
                base.pass(held.message());
            }
            letGo(held);
            if (!canBeFilled(held.message())) {
                keepReply(held);
            }
        });
        zones.cutDown();
    }

    /** Lets go of what the present connection took: no gap for it, and another one is filled out of the histories. */
    void letGoOfSent() {
        zones.letGoOfSent();
    }

    /**
     * Begins anew behind that cursor, with nothing held.
     *
     * @param seq what the client has by position; −1 where its cursor does not say
     * @return the replies that it does not have, in order, to be offered again
     */
    List<Message> restart(SessionCursor from, long seq) {
        List<Message> missing = new ArrayList<>();
        Consumer<Outbound> collect = held -> {
            if (held.position() > seq && !canBeFilled(held.message())) {
                missing.add(Placed.unwrap(held.message()));
            }
        };
        if (replies != null) {
            replies.drainTo(collect);
        }
        zones.forEachHeld(collect);
        zones.restart();
        lacked = zones.highestSent();
        run.set(from);
        base.set(from);
        acknowledged.set(from);
        return missing;
    }

    /** The ways to make room of what is not handed out. */
    Thinning thinning() {
        return new Thinning(zones, limits);
    }

    // ---- where it stands

    /** The place of a client that has everything held. */
    Place tail() {
        Place tail = new Place(Watermark.NONE);
        tail.set(base);
        zones.forEachHeld(held -> tail.pass(held.message()));
        return tail;
    }

    @Override
    public long lastSent() {
        return zones.lastSent();
    }

    /** The cursor of what the present attachment was sent. */
    SessionCursor sentCursor(String epoch) {
        return stays == null ? run.cursor(epoch, zones.lastSent()) : stays;
    }

    SessionCursor acknowledgedCursor(String epoch) {
        return stays == null ? acknowledged.cursor(epoch, zones.acknowledged()) : stays;
    }

    @Override
    public long floor() {
        return zones.floor();
    }

    @Override
    public long heldBytes() {
        return zones.heldBytes() + (replies == null ? 0 : replies.bytes());
    }

    /** What was handed out and is not acknowledged. */
    long sentBytes() {
        return heldBytes() - zones.unsentBytes();
    }

    /** Whether everything is held that a client at that position lacks. */
    boolean holdsAfter(long position) {
        return zones.holdsAfter(heldFrom(position));
    }

    /**
     * Where a client at that position really is: what it was told on its connection alone it may have acknowledged, and
     * cannot name.
     */
    long heldFrom(long position) {
        return position >= lacked ? Math.max(position, zones.floor() - 1) : position;
    }

    long highestSent() {
        return zones.highestSent();
    }

    long nextPosition() {
        return zones.nextPosition();
    }

    /** As {@link KeptReplies#hasDroppedAfter} says. */
    boolean hasDroppedRepliesAfter(long seq) {
        return replies != null && replies.hasDroppedAfter(seq);
    }

    /** As {@link KeptReplies#isLostTo} says. */
    boolean isLostTo(long seq) {
        return replies != null && replies.isLostTo(seq);
    }

    boolean sentHalfFull() {
        return zones.sentHalfFull();
    }

    MemoryMailbox zones() {
        return zones;
    }
}
