package dev.sluice.rollout.drain;

import dev.sluice.core.Mode;
import dev.sluice.rollout.decision.ClientFacts;
import dev.sluice.rollout.decision.Decider;
import dev.sluice.rollout.decision.Decision;
import dev.sluice.rollout.decision.RolloutState;

/**
 * One client that is present on this node and is decided as one: an agent's socket, a native session's transport, a
 * whole Engine.IO session, a Pusher connection, a poll that waits; or a client that polls and is between two requests.
 * Where one connection carries several sessions, the connection is the movable and tells each of them.
 *
 * <p>Every method but {@link #execute} is called on the client's own context: from within a
 * {@linkplain Movables#visit visit}, from within a task handed to {@link #execute}, or from {@link Drain#joined}. Where
 * all of them are safe on any thread, any thread is its context. None may block or throw.
 *
 * <p>The same object may be seen by several visits. Nothing is asked of its {@code equals}.
 */
public interface Movable {

    /**
     * What the decision is made on, stated as it is now and exactly as at admission: the key, token, labels, whether
     * it cannot poll (refusals included), whether a tunnel hangs on it. Both sides of a switch must state alike, or a
     * client is sent to and fro.
     */
    ClientFacts facts();

    /** What is decided on these facts in that state; for those who keep their last decision. Not to depend on more. */
    default Decision decision(RolloutState state) {
        return Decider.decide(state, facts());
    }

    /** How it is connected now: {@code WEBSOCKET} for a socket, {@code POLLING} for anything over HTTP, SSE included. */
    Mode mode();

    /**
     * The mode it was told last. A client on WebSocket needs no telling; one on polling is told with every answer, so
     * this is what its last answer said, or what stood when its request began to wait. A client that was told
     * {@code websocket} and goes on polling is not told again until that changes. A request that would begin to wait
     * although its client's last answer said otherwise is answered at once instead.
     */
    default Mode told() {
        return mode();
    }

    /** It is in the rollout, but its WebSocket failed and it is served by polling for a while. */
    default boolean fallback() {
        return false;
    }

    /**
     * Whether it has shown that it can use WebSocket: it declared so, tried, or was connected. Who never did may ignore
     * every offer, and nobody waits for it.
     */
    default boolean able() {
        return true;
    }

    /**
     * Whether it is known who it is. Before that a connection is neither decided nor counted; only a shutdown tells it,
     * and {@link #facts} is not asked.
     */
    default boolean identified() {
        return true;
    }

    /**
     * Whether it can be told anything now: an open socket, a request that waits. False for a client between two
     * requests, which learns its mode from its next answer and is visited only to be counted; false as well from the
     * moment it was told to go, or its end began, so that nobody is told twice.
     */
    boolean reachable();

    /** When this connection or request began, in milliseconds since the epoch; what last-in-first-out sorts by. */
    long connectedAt();

    /** Runs a task on the client's own context, at once where the caller is on it. Any thread. */
    void execute(Runnable task);

    /**
     * Tells the client to go, by its protocol's own means, and returns at once.
     *
     * <ul>
     *   <li>A socket: the {@code switch} frame where the client understands it, ahead of what waits in the mailbox, and
     *       the close with {@link Farewell#why} a moment later; otherwise the close. The client counts as told when
     *       either was handed to the socket.
     *   <li>A client without means to resume (Socket.IO without recovery, Pusher, raw old clients) is first asked to
     *       acknowledge what it was sent, and closed when it has, at the latest after {@link Farewell#patience}: until
     *       then nothing new is written to it.
     *   <li>A request that waits: answered, empty, with the mode as it is by then.
     * </ul>
     *
     * <p>Nothing may be lost or doubled by it: what was not acknowledged stays with the session. Idempotent.
     *
     * @return false where it turned out to be gone or leaving already
     */
    boolean move(Farewell farewell);
}
