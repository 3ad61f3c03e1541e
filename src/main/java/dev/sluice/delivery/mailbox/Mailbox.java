package dev.sluice.delivery.mailbox;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one session drains: messages in one order, each kept until it is acknowledged. Nothing leaves a mailbox because
 * it was written; only an acknowledgement, or a bound that raises the {@linkplain #floor() floor}, lets go of it.
 *
 * <p>Not thread-safe: every call comes on the session's home context.
 */
public interface Mailbox {

    /** What became of an offer. */
    enum Offered {
        KEPT,
        /** The unsent zone is full; the message was not kept and the session's overflow policy decides. */
        OVERFLOW
    }

    /**
     * Begins an attachment: everything the resume point covers is acknowledged, everything after it will be taken
     * (again), in order.
     *
     * @return false, with nothing changed, where what follows the resume point is no longer held: the client has to
     *     be told that it lost its place
     */
    boolean resume(Resume from, long now);

    /**
     * Moves what is due into {@code into}, in order, until it holds {@code maxFrames} or {@code maxBytes} are passed.
     * At least one message is moved where any is due, however large.
     */
    void take(List<Outbound> into, int maxFrames, int maxBytes, long now);

    /**
     * Takes the only message that is due, as {@link #take} would: the way of nearly everything that goes out live. Null,
     * with nothing moved, where none is due, or several are.
     */
    default @Nullable Outbound takeOnly(long now) {
        return null;
    }

    /** Whether {@link #take} would move anything now. */
    boolean due(long now);

    /**
     * The client has everything up to and including that position. Positions that were never sent and positions
     * acknowledged before change nothing: an acknowledgement is never undone, and none is taken on credit.
     */
    void acknowledge(long position);

    /** The attachment was lost; whatever it was handed may be offered elsewhere. */
    void released(long now);

    /**
     * The cursor that a client may name once it has everything it was sent: the position up to which the present
     * attachment was handed all there is. While an attachment replays it stays behind what earlier ones were sent, or
     * a client that names it would acknowledge what it never got. After a resume it is the {@code after} that was
     * accepted; 0 before the first message.
     */
    long lastSent();

    /** The lowest position that is still held or still to come. A resume below {@code floor − 1} is refused. */
    long floor();

    /** Bytes held, counted against the node's budget. */
    long heldBytes();

    /**
     * Lets go of every message but keeps the positions: what the node does to sessions that are away when memory runs
     * short. A later resume is refused where anything was dropped.
     */
    void cutDown();
}
