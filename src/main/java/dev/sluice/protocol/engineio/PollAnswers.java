package dev.sluice.protocol.engineio;

import dev.sluice.core.Payload;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.Transport.Completion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The polling half of an engine connection: at most one GET that waits, and what it is to be answered with. What comes
 * close together goes into one answer. On the connection's home.
 */
final class PollAnswers {
    private static final List<Completion> NOBODY = List.of();
    private static final List<Payload> NOTHING = List.of();
    /** An answer is closed once it holds that many bytes. */
    private static final int ENOUGH = 256 * 1024;

    private final int maxQueued;
    private final Home home;
    private final Runnable onLost;
    private List<Payload> packets = NOTHING;
    private List<Completion> completions = NOBODY;
    private long bytes;
    private @Nullable EnginePoll parked;
    private @Nullable Runnable onAnswer;
    private boolean answered;
    private boolean flushing;

    /** @param onLost run on the home when an answer could not be written */
    PollAnswers(int maxQueued, Home home, Runnable onLost) {
        this.maxQueued = maxQueued;
        this.home = home;
        this.onLost = onLost;
    }

    boolean isParked() {
        return parked != null;
    }

    boolean isParked(EnginePoll poll) {
        return parked == poll;
    }

    /** Whether a GET was answered since it was last asked. */
    boolean wasAnswered() {
        boolean was = answered;
        answered = false;
        return was;
    }

    /** Whether packets would go out with the GET that waits. */
    boolean takes() {
        return parked != null && bytes < ENOUGH;
    }

    /** Whether too much waits for a client that does not come. */
    boolean isFull() {
        return bytes > maxQueued;
    }

    /** @param beforeAnswer run when it is answered with packets */
    void park(EnginePoll poll, Runnable beforeAnswer) {
        parked = poll;
        onAnswer = beforeAnswer;
    }

    void forget() {
        parked = null;
    }

    void add(List<Payload> more, Completion done) {
        for (int i = 0; i < more.size(); i++) {
            add(more.get(i));
        }
        if (completions.isEmpty()) {
            completions = new ArrayList<>(2);
        }
        completions.add(done);
        if (bytes >= ENOUGH) {
            flush();
        }
    }

    private void add(Payload packet) {
        if (packets.isEmpty()) {
            packets = new ArrayList<>(2);
        }
        packets.add(packet);
        bytes += packet.size();
    }

    boolean isEmpty() {
        return packets.isEmpty();
    }

    /**
     * Ends the GET that waits, for good. What there is goes without the last word: a client that reads an event and the
     * close at once has left before it takes the event in, and would come back for it, and have it twice.
     */
    void end(Payload lastWord) {
        if (packets.isEmpty()) {
            answerWith(lastWord);
        } else {
            flush();
        }
    }

    /** Answers the GET that waits with that packet behind what there is; does nothing where none waits. */
    void answerWith(Payload packet) {
        if (parked != null) {
            add(packet);
            flush();
        }
    }

    /** Sends the GET that waits away. What there is for it stays. */
    void refuse(EngineErrors why) {
        EnginePoll poll = parked;
        if (poll != null) {
            parked = null;
            poll.refuse(why);
        }
    }

    /** Answers once everybody who is at it has added what they have. */
    void flushSoon() {
        if (parked != null && !packets.isEmpty() && !flushing) {
            flushing = true;
            home.later(() -> {
                flushing = false;
                flush();
            });
        }
    }

    /** Answers the GET that waits with what there is. */
    void flush() {
        EnginePoll poll = parked;
        if (poll == null || packets.isEmpty()) {
            return;
        }
        parked = null;
        answered = true;
        if (onAnswer != null) {
            onAnswer.run();
        }
        List<Payload> said = packets;
        List<Completion> told = reset();
        poll.answer(said, accepted -> {
            told.forEach(done -> done.done(accepted));
            if (!accepted) {
                home.execute(onLost);
            }
        });
    }

    private List<Completion> reset() {
        List<Completion> told = completions;
        packets = NOTHING;
        completions = NOBODY;
        bytes = 0;
        return told;
    }

    /** The WebSocket takes over, with what waits. */
    void moveTo(EngineSocket socket) {
        if (!packets.isEmpty()) {
            List<Payload> waiting = packets;
            List<Completion> told = reset();
            socket.send(waiting, accepted -> told.forEach(done -> done.done(accepted)));
        }
    }

    /** Nothing of it will go out any more. */
    void drop() {
        parked = null;
        reset().forEach(done -> done.done(false));
    }
}
