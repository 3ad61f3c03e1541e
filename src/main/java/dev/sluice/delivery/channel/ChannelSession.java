package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Disconnect;
import dev.sluice.delivery.mailbox.Message;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.session.SessionState;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One client's session with its channels. Whichever transport is attached drains one mailbox in one order; what the
 * mailbox cannot hold comes out of the channels' histories, and what they do not hold either is said to be lost, never
 * left out silently.
 *
 * <p>Every method runs on the {@linkplain #home() home} unless it says otherwise; callbacks come there as well.
 */
public final class ChannelSession {

    ChannelSession() {}

    /** Any thread. */
    public SessionId id() {
        throw new UnsupportedOperationException();
    }

    /** Any thread. */
    public Client client() {
        throw new UnsupportedOperationException();
    }

    /** Any thread. */
    public Home home() {
        throw new UnsupportedOperationException();
    }

    /** What cursors of this session begin with: for {@link SessionCursor#of} in an encoder. Any thread. */
    public String epoch() {
        throw new UnsupportedOperationException();
    }

    /** Runs a task on the home. Any thread. */
    public void execute(Runnable task) {
        throw new UnsupportedOperationException();
    }

    public SessionState.Kind state() {
        throw new UnsupportedOperationException();
    }

    /**
     * Makes this connection the one that drains the session: fences the one before, welcomes, and goes on from there.
     * What the mailbox no longer holds is filled from histories, in order; where they do not reach back, a
     * {@link Subscribed} with {@code recovered} false says so.
     */
    public AttachResult attach(Connection connection, ResumeAt from) {
        throw new UnsupportedOperationException();
    }

    /** The client has everything up to there. Void from a fenced attachment, and for a cursor of another life. */
    public void acknowledge(Attachment from, SessionCursor upTo) {
        throw new UnsupportedOperationException();
    }

    /** How far the present attachment was sent: what frames carry that are not in the mailbox, and a poll's answer. */
    public SessionCursor lastSent() {
        throw new UnsupportedOperationException();
    }

    /** Whether half of the sent zone is used: the moment to ask for an acknowledgement early. */
    public boolean sentHalfFull() {
        throw new UnsupportedOperationException();
    }

    /**
     * Subscribes, or answers again where that stands; with {@code since} the channel is replayed from there. The answer
     * comes before any event of the channel, and for a durable channel once the session is stored. Fails with
     * {@code too-many-subscriptions} and {@code store-unavailable}.
     *
     * @param requestId a repeat is answered the same, without a second effect; null where there is none
     */
    public void subscribe(@Nullable String requestId, Subscribe what, Answers<Subscribed> answers) {
        throw new UnsupportedOperationException();
    }

    /** No event of the channel comes after the answer. Answers as well where there was no subscription. */
    public void unsubscribe(@Nullable String requestId, ChannelName channel, Answers<Unsubscribed> answers) {
        throw new UnsupportedOperationException();
    }

    /** Publishes and answers with the place, as {@link Broker#publish} does. Whether it may is decided before. */
    public void publish(@Nullable String requestId, NewPublication what, Answers<StreamPosition> answers) {
        throw new UnsupportedOperationException();
    }

    /**
     * Runs the effect of a request of the protocol's own, unless it was run before: then its answer is said again, or
     * will be once it is there. The effect has to answer once; until it does, a repeat changes nothing.
     */
    public void request(@Nullable String requestId, Consumer<Consumer<@Nullable Message>> effect) {
        throw new UnsupportedOperationException();
    }

    /** Says something through the mailbox, in order with everything else. A session that does not read it is ended. */
    public void say(Message message) {
        throw new UnsupportedOperationException();
    }

    /** Its subscriptions, those that are still being joined included. */
    public Set<ChannelName> channels() {
        throw new UnsupportedOperationException();
    }

    /** Asks the attached connection to move its client; does nothing where none is. */
    public void farewell(Farewell farewell) {
        throw new UnsupportedOperationException();
    }

    /** Takes the connection away and keeps the session for its grace. */
    public void disconnect(Disconnect why) {
        throw new UnsupportedOperationException();
    }

    /** Ends the session for good: by its client's word, an operator's, or since it may not be here any more. */
    public void end(Disconnect why) {
        throw new UnsupportedOperationException();
    }

    public SessionView view(long now) {
        throw new UnsupportedOperationException();
    }
}
