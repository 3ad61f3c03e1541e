package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Disconnect;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.mailbox.Mailbox.Offered;
import dev.sluice.delivery.mailbox.Message;
import dev.sluice.delivery.mailbox.Resume;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.Pipe;
import dev.sluice.delivery.session.Session;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.session.SessionLimits;
import dev.sluice.delivery.session.SessionObserver;
import dev.sluice.delivery.session.SessionState;
import io.smallrye.mutiny.Uni;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client's session with its channels. Whichever transport is attached drains one mailbox in one order; what the
 * mailbox cannot hold comes out of the channels' histories, and what they do not hold either is said to be lost, never
 * left out silently.
 *
 * <p>It is the shell of its parts, each of which keeps one promise, and keeps their order. Every method runs on the
 * {@linkplain #home() home} unless it says otherwise; callbacks come there as well.
 */
public final class ChannelSession {
    private static final AtomicReferenceFieldUpdater<ChannelSession, @Nullable Object> COMPANION =
            AtomicReferenceFieldUpdater.newUpdater(ChannelSession.class, Object.class, "companion");

    private final SessionId id;
    private final Client client;
    private final Home home;
    private final String epoch;
    private final long openedAt;
    private final Session session;
    private final SessionObserver observer;

    // ---- its parts, known to one another
    final ChannelSessions sessions;
    final ChannelHub hub;
    final ChannelLimits limits;
    final ChannelMailbox mailbox;
    final Placing placing;
    final SessionRequests requests;
    final SessionStorage storage;
    final Unrepeatable unrepeatable;
    final CatchUp catchUp = new CatchUp(this);
    final Subscriptions subscriptions = new Subscriptions(this);
    final Subscribing subscribing = new Subscribing(this);
    final Answering answering = new Answering(this);
    final SessionPresence presence = new SessionPresence(this);
    final FallingBehind fallingBehind = new FallingBehind(this);
    private final Resuming resuming = new Resuming(this);

    // ---- of its connection, whose welcome is said
    private @Nullable Pipe pipe;
    private @Nullable Consumer<Farewell> farewell;

    private @Nullable TransportKind transport;
    /** The number of the newest connection that came for it. */
    private long newest;

    private boolean touched;
    private long counted;
    private volatile @Nullable Object companion;

    ChannelSession(
            SessionId id, Client client, Home home, ChannelSessions sessions, String epoch, SessionLimits deadlines) {
        this.id = id;
        this.client = client;
        this.home = home;
        this.sessions = sessions;
        this.hub = sessions.hub(home);
        this.limits = sessions.limits();
        this.epoch = epoch;
        this.openedAt = sessions.ports().clock().millis();
        this.requests = new SessionRequests(this, limits);
        this.mailbox = new ChannelMailbox(limits.mailbox(), hub.mark(), this::taken);
        this.placing = new Placing(mailbox, catchUp, hub);
        this.storage = new SessionStorage(sessions.records(), this);
        this.unrepeatable = new Unrepeatable(epoch);
        ChannelSessions.Ports ports = sessions.ports();
        this.observer = ports.observers().apply(client.protocol());
        this.session = new Session(id, home, mailbox, deadlines, ports.clock(), observer, over -> buried());
    }

    // ---- what it is

    /** Any thread. */
    public SessionId id() {
        return id;
    }

    /** Any thread. */
    public Client client() {
        return client;
    }

    /** Any thread. */
    public Home home() {
        return home;
    }

    /** What cursors of this session begin with: for {@link SessionCursor#of} in an encoder. Any thread. */
    public String epoch() {
        return epoch;
    }

    /** Whether that cursor is one of this session's, of this life or of an earlier one. Any thread. */
    public boolean isOwn(SessionCursor cursor) {
        return SessionEpoch.sameSession(cursor.epoch(), epoch);
    }

    /** What its protocol keeps with it for as long as it is in memory; null where that is nothing so far. Any thread. */
    public @Nullable Object companion() {
        return companion;
    }

    /** Keeps that with it, instead of what was kept before. Any thread. */
    public void accompany(Object with) {
        companion = with;
    }

    /**
     * What is kept with it, the same one each time. Any thread.
     *
     * @param made asked where nothing is kept so far; of two that come first at once one is kept
     */
    public <C> C companion(Class<C> type, Supplier<C> made) {
        if (companion == null) {
            COMPANION.compareAndSet(this, null, made.get());
        }
        return type.cast(Objects.requireNonNull(companion));
    }

    /** Runs a task on the home. Any thread. */
    public void execute(Runnable task) {
        home.execute(task);
    }

    public SessionState.Kind state() {
        return session.state().kind();
    }

    /** Its subscriptions, those that are still being joined included. */
    public Set<ChannelName> channels() {
        return subscriptions.channels();
    }

    boolean isAttached() {
        return session.state() instanceof SessionState.Attached;
    }

    boolean isOver() {
        return session.state() instanceof SessionState.Closed;
    }

    // ---- attach

    /**
     * Whether no connection that was opened later has come for it. A client tells over each connection where it is then,
     * and what it told over one that it gave up may come late: going by that would be to go back behind what it has
     * since, and to take away the connection that it counts on. For protocols whose connections have an order.
     *
     * @param opened rises with each connection of a client; from now on lower ones are not admitted
     */
    public boolean admits(long opened) {
        newest = Math.max(newest, opened);
        return opened == newest;
    }

    /**
     * Makes this connection the one that drains the session: fences the one before, welcomes, and goes on from there.
     * What the mailbox no longer holds is filled from histories, in order; where they do not reach back, a
     * {@link Subscribed} with {@code recovered} false says so.
     */
    public AttachResult attach(Connection fresh, ResumeAt from) {
        return resuming.attach(fresh, from);
    }

    /** The place is accepted, and the mailbox holds what is behind it or will be filled with it. */
    AttachResult attach(Connection fresh, Resume from, SessionCursor accepted) {
        fresh.welcome().accept(accepted);
        transport = fresh.pipe().transport().kind();
        Attachment attachment = session.attach(fresh.pipe(), from);
        if (attachment == null) {
            throw new IllegalStateException("a place that was held is not");
        }
        pipe = fresh.pipe();
        farewell = fresh.farewell();
        presence.attached();
        unrepeatable.settled();
        storage.changed();
        catchUp.pump();
        settle();
        return new AttachResult(AttachResult.Kind.ATTACHED, attachment, accepted);
    }

    /** The client has everything up to there. Void from a fenced attachment, and for a cursor of another life. */
    public void acknowledge(Attachment from, SessionCursor upTo) {
        if (from.current() && upTo.epoch().equals(epoch)) {
            mailbox.acknowledgeBelowFloor(upTo);
            from.acknowledge(upTo.seq());
            storage.changed();
        }
    }

    /** The same for a client that names no cursor: its connection knows which position it has reached. */
    public void acknowledge(Attachment from, long position) {
        if (from.current()) {
            from.acknowledge(position);
            storage.changed();
        }
    }

    /**
     * Whether a client at that place would get everything behind it: out of the mailbox, or out of the histories as
     * they are now. For protocols that have to say so before the first frame. On the home, and answered there.
     */
    public Uni<Boolean> coversAll(ResumeAt from) {
        return resuming.coversAll(from);
    }

    /**
     * Runs that once what was missed has come out of the histories, as far as the present attachment took it; at once
     * where nothing is to be read. Only the newest task is kept.
     */
    public void onceRead(Runnable task) {
        catchUp.onceRead(task);
    }

    /** How far the present attachment was sent: what frames carry that are not in the mailbox, and a poll's answer. */
    public SessionCursor lastSent() {
        return mailbox.sentCursor(epoch);
    }

    /**
     * Whether half of the sent zone is used, or, where the node's memory is tight, half of what a session may hold of
     * that: the moment to ask for an acknowledgement early. A client that reads must not be cut down for what it has.
     */
    public boolean sentHalfFull() {
        return mailbox.sentHalfFull() || sessions.isTight() && mailbox.sentBytes() * 2 >= sessions.share();
    }

    /** Asks the attached connection to move its client; does nothing where none is. */
    public void farewell(Farewell farewell) {
        Consumer<Farewell> present = this.farewell;
        if (present != null && isAttached()) {
            present.accept(farewell);
        }
    }

    /** Takes the connection away and keeps the session for its grace. */
    public void disconnect(Disconnect why) {
        session.disconnect(why);
    }

    /** Ends the session for good: by its client's word, an operator's, or since it may not be here any more. */
    public void end(Disconnect why) {
        session.close(why);
    }

    private void buried() {
        pipe = null;
        farewell = null;
        for (Subscription each : subscriptions.copy()) {
            catchUp.forget(each);
            subscriptions.leave(each);
        }
        subscriptions.clear();
        mailbox.cutDown();
        hub.count(-counted);
        counted = 0;
        storage.ended();
        sessions.buried(this);
    }

    /** As {@link Resuming#restore} says. */
    void restore(SessionRecord stored) {
        resuming.restore(stored);
    }

    // ---- requests

    /**
     * Runs the effect of a request of the protocol's own, unless it was run before: then its answer is said again, or
     * will be once it is there. The effect has to answer once; until it does, a repeat changes nothing.
     */
    public void request(@Nullable String requestId, Consumer<Consumer<@Nullable Message>> effect) {
        requests.request(requestId, effect);
    }

    /** Publishes and answers with the place, as {@link Broker#publish} does. Whether it may is decided before. */
    public void publish(@Nullable String requestId, NewPublication what, Answers<StreamPosition> answers) {
        requests.publish(requestId, what, answers);
    }

    /**
     * Subscribes, or answers again where that stands; with {@code since} the channel is replayed from there. The answer
     * comes before any event of the channel, and for a durable channel once the session is stored. Fails with
     * {@code too-many-subscriptions} and {@code store-unavailable}.
     *
     * @param requestId a repeat is answered the same, without a second effect; null where there is none
     */
    public void subscribe(@Nullable String requestId, Subscribe what, Answers<Subscribed> answers) {
        subscribing.subscribe(requestId, what, answers);
    }

    /** No event of the channel comes after the answer. Answers as well where there was no subscription. */
    public void unsubscribe(@Nullable String requestId, ChannelName channel, Answers<Unsubscribed> answers) {
        subscribing.unsubscribe(requestId, channel, answers);
    }

    /** Says something through the mailbox, in order with everything else. A session that does not read it is ended. */
    public void say(Message message) {
        if (isOver()) {
            return;
        }
        if (placing.offer(message) == Offered.OVERFLOW) {
            fallingBehind.fallBehind(null);
            if (!isOver() && placing.offer(message) == Offered.OVERFLOW) {
                end(Disconnect.SLOW_CONSUMER);
                return;
            }
        }
        touchAndFlush();
    }

    /**
     * Says something that its client may come back for and that stands in no history, as {@link #say} does. Any thread.
     *
     * @return done on subscription, once; answered once the session's record, where it has one, tells of it: from then
     *     on a client that comes back after a kill without it is not told that it has everything. Fails with
     *     {@code store-unavailable} where that cannot be written now: it is said all the same. On any thread
     */
    public Uni<Void> tell(Message message) {
        return Uni.createFrom()
                .emitter(emitter -> execute(() -> {
                    say(message);
                    if (isOver() || !storage.isStored()) {
                        emitter.complete(null);
                        return;
                    }
                    unrepeatable.said(mailbox.nextPosition() - 1);
                    // What cannot be stored now is said all the same, and stored with what changes next.
                    storage.save().subscribe().with(saved -> emitter.complete(null), failure -> {
                        execute(storage::changed);
                        emitter.fail(SessionRequests.problem(failure));
                    });
                }));
    }

    /** It survives a restart whatever it is subscribed to: for protocols whose clients come back. */
    public void keep() {
        storage.keep();
    }

    // ---- sending

    /** What is next of a live subscription. */
    void deliver(Subscription subscription, Publication publication) {
        if (placing.offer(publication) == Offered.OVERFLOW) {
            fallingBehind.overflow(subscription, publication);
        }
        touch();
    }

    /** One more out of a history. */
    void replay(Placed placed) {
        placing.offerBeyondBounds(placed);
        touch();
    }

    /** Histories were out of reach for too long. */
    void outOfReach() {
        session.disconnect(Disconnect.TRY_LATER);
    }

    /** Something was handed out, which makes room. */
    private void taken() {
        if (!catchUp.isIdle()) {
            catchUp.pump();
        }
        presence.lookIfUnknown();
    }

    void wake() {
        session.wake();
    }

    void touch() {
        if (!touched) {
            touched = true;
            hub.touch(this);
        }
    }

    void touchAndFlush() {
        touch();
        hub.flush(this);
    }

    /** Sends what came since; returns by how much more, or less, it holds. */
    long flushed() {
        touched = false;
        session.wake();
        return held();
    }

    private long held() {
        long now = isOver() ? 0 : mailbox.heldBytes();
        long more = now - counted;
        counted = now;
        return more;
    }

    /** Counts what changed outside a flush. */
    void settle() {
        hub.count(held());
    }

    // ---- time and operators

    void tick(long now) {
        settle();
        storage.tick(now);
        catchUp.tick(now, limits.retry().toMillis());
    }

    /** Lets go of what its connection took: memory is short. */
    void letGoOfSent() {
        mailbox.letGoOfSent();
        settle();
    }

    /** Lets go of everything held: memory is short and the client is away, or the slowest. */
    void cutDown() {
        fallingBehind.cutDown();
    }

    long heldBytes() {
        return mailbox.heldBytes();
    }

    public SessionView view(long now) {
        var zones = mailbox.zones();
        Message oldest = zones.oldestUnsent();
        Pipe present = pipe;
        long lag = oldest == null ? 0 : Math.max(0, now - oldest.appendedAt());
        return new SessionView(
                id,
                client,
                state(),
                present == null || !isAttached() ? null : present.transport().kind(),
                zones.unsentFrames(),
                zones.unsentBytes(),
                zones.sentFrames(),
                mailbox.sentBytes(),
                lag,
                Math.max(0, now - openedAt),
                subscriptions.size(),
                !catchUp.isIdle(),
                fallingBehind.policy());
    }

    /** What it was attached through last; null before the first time. */
    public @Nullable TransportKind transport() {
        return transport;
    }

    // ---- for its parts

    Session session() {
        return session;
    }

    ChannelSessions.Ports ports() {
        return sessions.ports();
    }

    Broker broker() {
        return sessions.ports().broker();
    }

    SessionObserver observer() {
        return observer;
    }

    long now() {
        return sessions.ports().clock().millis();
    }
}
