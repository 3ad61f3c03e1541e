package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Disconnect;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.mailbox.Mailbox.Offered;
import dev.sluice.delivery.mailbox.Message;
import dev.sluice.delivery.mailbox.Resume;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.Session;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.session.SessionLimits;
import dev.sluice.delivery.session.SessionState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One client's session with its channels. Whichever transport is attached drains one mailbox in one order; what the
 * mailbox cannot hold comes out of the channels' histories, and what they do not hold either is said to be lost, never
 * left out silently.
 *
 * <p>Every method runs on the {@linkplain #home() home} unless it says otherwise; callbacks come there as well.
 */
public final class ChannelSession {
    private final SessionId id;
    private final Client client;
    private final Home home;
    private final ChannelSessions sessions;
    private final ChannelHub hub;
    private final ChannelLimits limits;
    private final Session session;
    private final ChannelMailbox mailbox;
    private final CatchUp catchUp = new CatchUp(this);
    private final Requests requests;
    private final Map<ChannelName, Subscription> subscriptions = new LinkedHashMap<>(4);
    private final String epoch;
    private final long openedAt;
    private final SessionStorage storage;
    private int nextNumber;
    /** The subscription that cursors at the mailbox's end except from their mark. */
    private int exception = SessionCursor.NONE;

    private @Nullable Connection connection;
    private @Nullable TransportKind transport;
    private boolean touched;
    private boolean presenceUnknown;
    private long counted;
    private ChannelPolicy.@Nullable Overflow overflowed;

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
        this.requests = new Requests(limits.maxRequests(), limits.maxRequestBytes());
        this.mailbox = new ChannelMailbox(limits.mailbox(), hub.mark(), this::taken);
        this.storage = new SessionStorage(sessions.records(), id, () -> record(now()));
        ChannelSessions.Ports ports = sessions.ports();
        this.session = new Session(id, home, mailbox, deadlines, ports.clock(), ports.observer(), over -> buried());
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

    /** Runs a task on the home. Any thread. */
    public void execute(Runnable task) {
        home.execute(task);
    }

    public SessionState.Kind state() {
        return session.state().kind();
    }

    /** Its subscriptions, those that are still being joined included. */
    public Set<ChannelName> channels() {
        return Set.copyOf(subscriptions.keySet());
    }

    Session session() {
        return session;
    }

    ChannelMailbox mailbox() {
        return mailbox;
    }

    Broker broker() {
        return sessions.ports().broker();
    }

    Collection<Subscription> subscriptions() {
        return subscriptions.values();
    }

    long now() {
        return sessions.ports().clock().millis();
    }

    boolean isAttached() {
        return state() == SessionState.Kind.ATTACHED;
    }

    boolean isOver() {
        return state() == SessionState.Kind.CLOSED;
    }

    // ---- attach

    /**
     * Makes this connection the one that drains the session: fences the one before, welcomes, and goes on from there.
     * What the mailbox no longer holds is filled from histories, in order; where they do not reach back, a
     * {@link Subscribed} with {@code recovered} false says so.
     */
    public AttachResult attach(Connection fresh, ResumeAt from) {
        if (isOver()) {
            return AttachResult.LOST;
        }
        if (!fresh.owner().equals(client.owner())) {
            return AttachResult.FORBIDDEN;
        }
        return switch (from.kind()) {
            case AFTER -> attachAfter(fresh, Objects.requireNonNull(from.cursor()));
            case LAST_ACKNOWLEDGED -> {
                SessionCursor acknowledged = mailbox.acknowledgedCursor(epoch);
                yield mailbox.holdsAfter(acknowledged.seq())
                        ? attach(fresh, Resume.LAST_ACKNOWLEDGED, acknowledged)
                        : rebuild(fresh, acknowledged);
            }
            case CONTINUE -> {
                SessionCursor sent = mailbox.sentCursor(epoch);
                yield mailbox.holdsAfter(sent.seq()) ? attach(fresh, Resume.CONTINUE, sent) : rebuild(fresh, sent);
            }
        };
    }

    private AttachResult attachAfter(Connection fresh, SessionCursor cursor) {
        if (!cursor.epoch().equals(epoch)) {
            return SessionEpoch.sameSession(cursor.epoch(), epoch) ? rebuild(fresh, cursor) : AttachResult.LOST;
        }
        if (cursor.seq() > mailbox.highestSent()) {
            return AttachResult.LOST;
        }
        if (mailbox.holdsAfter(cursor.seq())) {
            return attach(fresh, Resume.after(cursor.seq()), cursor);
        }
        return rebuild(fresh, cursor);
    }

    private AttachResult attach(Connection fresh, Resume from, SessionCursor accepted) {
        fresh.welcome().accept(accepted);
        transport = fresh.pipe().transport().kind();
        Attachment attachment = session.attach(fresh.pipe(), from);
        if (attachment == null) {
            throw new IllegalStateException("a place that was held is not");
        }
        connection = fresh;
        storage.changed();
        catchUp.pump();
        settle();
        return new AttachResult(AttachResult.Kind.ATTACHED, attachment, accepted);
    }

    /** Every subscription goes on from its own place behind that cursor, out of the histories. */
    private AttachResult rebuild(Connection fresh, SessionCursor from) {
        sessions.ports().channels().fellBehind();
        boolean thisLife = from.epoch().equals(epoch);
        List<Message> replies = mailbox.restart(from, thisLife ? from.seq() : -1);
        exception = from.subscription();
        List<Subscription> again = new ArrayList<>();
        for (Subscription each : subscriptions.values()) {
            if (each.state != Subscription.State.JOINING) {
                boolean knows = !thisLife || each.answeredAt <= from.seq();
                each.untold |= !thisLife || each.toldAt > from.seq();
                if (!knows) {
                    // Positions begin anew: none of them stands for an answer that is still to come.
                    each.answeredAt = Long.MAX_VALUE;
                }
                beginAt(each, from, knows, thisLife);
                each.presenceKnown = false;
                if (!knows && each.bySince) {
                    each.state = Subscription.State.JOINING;
                    each.dropRead();
                    again.add(each);
                }
            }
        }
        List<Subscribed> stale = new ArrayList<>();
        for (Message reply : replies) {
            if (!isOwnAnswer(reply) && !goesStale(reply, stale)) {
                mailbox.offerAgain(reply);
            }
        }
        catchUp.startAll(subscriptions.values(), mailbox.tail());
        // Before what asks about the same channels already: it is the older request.
        again.forEach(this::answerAgain);
        askAgain(stale);
        return attach(fresh, Resume.CONTINUE, from);
    }

    /** Whether it says where a subscription began, which is said again from there. */
    private boolean isOwnAnswer(Message said) {
        return subscriptions.values().stream().anyMatch(each -> each.answer == said);
    }

    /** Whether it answers a repeat: with its place it would stand before events that it followed. */
    private boolean goesStale(Message said, List<Subscribed> stale) {
        return said instanceof Subscribed answer
                && subscriptions.containsKey(answer.channel())
                && !isOwnAnswer(said)
                && stale.add(answer);
    }

    /** What is replayed from a place of its own goes first, in its order; the others say how far it has got then. */
    private void askAgain(List<Subscribed> stale) {
        for (int i = stale.size() - 1; i >= 0; i--) {
            StreamPosition since = stale.get(i).sinceAnew();
            if (since != null) {
                askAgain(stale.get(i), since, catchUp::putFirst);
            }
        }
        for (Subscribed each : stale) {
            if (each.sinceAnew() == null) {
                askAgain(each, null, catchUp::putLast);
            }
        }
    }

    private void askAgain(Subscribed stale, @Nullable StreamPosition since, Consumer<Ask> queue) {
        Subscription subscription = subscriptions.get(stale.channel());
        if (subscription != null) {
            queue.accept(new Ask(subscription, stale.requestId(), since, false, requests.begin(null), new Answers<>() {
                @Override
                public Message done(Subscribed outcome) {
                    boolean missing = since == null && stale.since() != null && !stale.recovered();
                    return missing ? outcome.stillMissing() : outcome;
                }

                @Override
                public @Nullable Message failed(SluiceException why) {
                    return null;
                }
            }));
        }
    }

    private void beginAt(Subscription each, SessionCursor from, boolean knows, boolean thisLife) {
        boolean volatileMarkHolds = thisLife || each.policy.durable();
        each.beginsAfter = null;
        if (!knows || !volatileMarkHolds) {
            each.epoch = each.began.epoch();
            each.next = each.began.offset() + 1;
        } else if (each.number == from.subscription()) {
            // It may have been told meanwhile that it goes on further up.
            each.next = Math.max(from.offset(), each.began.offset()) + 1;
        } else {
            each.beginsAfter = from.mark();
        }
    }

    private static @Nullable String requestOf(@Nullable Message said) {
        return said instanceof Subscribed answer ? answer.requestId() : null;
    }

    /** It began in the past and its client does not know: it begins there once more, when it has the turn. */
    private void answerAgain(Subscription each) {
        Message said = each.answer;
        each.untold = false;
        catchUp.putFirst(new Ask(each, requestOf(said), each.began, false, requests.begin(null), new Answers<>() {
            @Override
            public @Nullable Message done(Subscribed outcome) {
                return outcome.recovered() && said != null ? said : outcome;
            }

            @Override
            public @Nullable Message failed(SluiceException why) {
                return null;
            }
        }));
    }

    /** The client has everything up to there. Void from a fenced attachment, and for a cursor of another life. */
    public void acknowledge(Attachment from, SessionCursor upTo) {
        if (from.current() && upTo.epoch().equals(epoch)) {
            mailbox.acknowledgeBelowFloor(upTo);
            from.acknowledge(upTo.seq());
            storage.changed();
        }
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
        Connection present = connection;
        if (present != null && isAttached()) {
            present.farewell().accept(farewell);
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
        connection = null;
        for (Subscription each : List.copyOf(subscriptions.values())) {
            catchUp.forget(each);
            leave(each);
        }
        subscriptions.clear();
        mailbox.cutDown();
        hub.count(-counted);
        counted = 0;
        storage.ended();
        sessions.buried(this);
    }

    // ---- requests

    /**
     * Runs the effect of a request of the protocol's own, unless it was run before: then its answer is said again, or
     * will be once it is there. The effect has to answer once; until it does, a repeat changes nothing.
     */
    public void request(@Nullable String requestId, Consumer<Consumer<@Nullable Message>> effect) {
        Requests.Ticket ticket = once(requestId);
        if (ticket != null) {
            effect.accept(answer -> answer(ticket, answer));
        }
    }

    /** Null where it is a repeat: that is answered here. */
    private Requests.@Nullable Ticket once(@Nullable String requestId) {
        Requests.Ticket before = requests.find(requestId);
        if (before == null) {
            return requests.begin(requestId);
        }
        Message said = before.said();
        if (said instanceof Subscribed answer && subscriptions.containsKey(answer.channel())) {
            // What it asked for came with the first answer, or will: this one says where that has got to.
            askAgain(answer, null, catchUp::add);
        } else if (said != null) {
            say(said);
            if (said instanceof Subscribed answer) {
                // It was, and is no more: the last word has to be what holds.
                say(new Unsubscribed(null, answer.channel(), now()));
            }
        }
        return null;
    }

    private void answer(Requests.Ticket ticket, @Nullable Message answer) {
        if (ticket.answer(answer) && answer != null) {
            say(answer);
        }
    }

    /** Publishes and answers with the place, as {@link Broker#publish} does. Whether it may is decided before. */
    public void publish(@Nullable String requestId, NewPublication what, Answers<StreamPosition> answers) {
        Requests.Ticket ticket = once(requestId);
        if (ticket != null) {
            broker().publish(List.of(what))
                    .subscribe()
                    .with(
                            places -> home.later(() -> answer(ticket, answers.done(places.get(0)))),
                            failure -> home.later(() -> answer(ticket, answers.failed(problem(failure)))));
        }
    }

    private static SluiceException problem(Throwable failure) {
        return failure instanceof SluiceException known ? known : new SluiceException(ProblemCode.INTERNAL);
    }

    /** Says something through the mailbox, in order with everything else. A session that does not read it is ended. */
    public void say(Message message) {
        if (isOver()) {
            return;
        }
        if (offer(message) == Offered.OVERFLOW) {
            fallBehind(null);
            if (!isOver() && offer(message) == Offered.OVERFLOW) {
                end(Disconnect.SLOW_CONSUMER);
                return;
            }
        }
        touchAndFlush();
    }

    // ---- subscribe

    /**
     * Subscribes, or answers again where that stands; with {@code since} the channel is replayed from there. The answer
     * comes before any event of the channel, and for a durable channel once the session is stored. Fails with
     * {@code too-many-subscriptions} and {@code store-unavailable}.
     *
     * @param requestId a repeat is answered the same, without a second effect; null where there is none
     */
    public void subscribe(@Nullable String requestId, Subscribe what, Answers<Subscribed> answers) {
        Requests.Ticket ticket = isOver() ? null : once(requestId);
        if (ticket == null) {
            return;
        }
        Subscription present = subscriptions.get(what.channel());
        boolean tooMany = present == null && subscriptions.size() >= limits.maxSubscriptions();
        if (tooMany || catchUp.waiting() >= limits.maxSubscriptions()) {
            answer(ticket, answers.failed(new SluiceException(ProblemCode.TOO_MANY_SUBSCRIPTIONS)));
            return;
        }
        boolean fresh = present == null;
        if (present == null) {
            ChannelPolicy policy = sessions.ports().policies().of(what.channel());
            present = new Subscription(nextNumber++, this, what.channel(), policy);
            subscriptions.put(what.channel(), present);
            sessions.subscribed(what.channel());
        }
        present.presence |= what.presence();
        boolean storesFirst = fresh && present.policy.durable();
        Ask ask = new Ask(present, requestId, what.since(), storesFirst, ticket, answers);
        ask.isFirst = fresh;
        catchUp.add(ask);
    }

    /** The request has its turn. */
    void begin(Ask ask) {
        Subscription subscription = ask.subscription;
        if (subscription.topic == null) {
            subscription.firstAsk = ask;
            hub.subscribe(subscription);
        } else if (subscription.topic.joined) {
            goOn(ask, subscription.topic.place());
        } else {
            subscription.firstAsk = ask;
        }
    }

    /** The hub has joined its channel. */
    void joined(Subscription subscription, StreamPosition head) {
        subscription.noted = Math.max(subscription.noted, head.offset());
        Ask ask = subscription.firstAsk;
        if (ask == null) {
            catchUp.pump();
            return;
        }
        subscription.firstAsk = null;
        storesFirstIfKept(ask);
        if (catchUp.mayAnswer(ask)) {
            goOn(ask, head);
        } else {
            catchUp.pump();
        }
    }

    /** What is kept has to be complete: a channel that is missing there would be lost without a word. */
    void storesFirstIfKept(Ask ask) {
        ask.storesFirst |= ask.isFirst && !ask.subscription.begun && storage.isStored();
    }

    private void goOn(Ask ask, StreamPosition head) {
        Subscription subscription = ask.subscription;
        if (!subscription.begun && !ask.isStored) {
            subscription.beginAt(head);
        }
        if (!ask.storesFirst || ask.isStored) {
            answerFrom(ask);
            return;
        }
        subscription.storing = true;
        storage.save()
                .subscribe()
                .with(saved -> home.later(() -> stored(ask, null)), failure -> home.later(() -> stored(ask, failure)));
    }

    private void stored(Ask ask, @Nullable Throwable failure) {
        ask.subscription.storing = false;
        if (isOver() || subscriptions.get(ask.subscription.channel) != ask.subscription) {
            return;
        }
        if (failure == null) {
            ask.isStored = true;
            if (catchUp.isAsking(ask)) {
                answerFrom(ask);
            }
        } else {
            refused(ask, problem(failure));
        }
    }

    /** The channel cannot be joined at present. */
    void refused(Subscription subscription, Throwable why) {
        Ask ask = subscription.firstAsk;
        if (ask != null) {
            refused(ask, problem(why));
        } else {
            catchUp.failing();
        }
    }

    private void refused(Ask ask, SluiceException why) {
        Subscription subscription = ask.subscription;
        List<Ask> others = catchUp.forget(subscription);
        subscriptions.remove(subscription.channel);
        leave(subscription);
        storage.changed();
        answer(ask.ticket, ask.answers.failed(why));
        for (Ask other : others) {
            if (other != ask) {
                answer(other.ticket, other.answers.failed(why));
            }
        }
        catchUp.pump();
    }

    private void answerFrom(Ask ask) {
        Subscription subscription = ask.subscription;
        if (ask.since == null) {
            boolean missed = subscription.state == Subscription.State.JOINING && subscription.isBehind();
            say(ask, new StreamPosition(subscription.epoch, subscription.next - 1), true, missed);
            return;
        }
        StreamPosition since = ask.since;
        long ticket = ++subscription.ticket;
        broker().history(subscription.channel, since.offset(), CatchUp.PAGE)
                .subscribe()
                .with(
                        page -> home.later(() -> found(ask, ticket, since, page)),
                        failure -> home.later(() -> {
                            if (subscription.ticket == ticket && catchUp.isAsking(ask)) {
                                notFound(ask, problem(failure));
                            }
                        }));
    }

    private void notFound(Ask ask, SluiceException why) {
        if (ask.subscription.state == Subscription.State.JOINING) {
            if (ask.subscription.begun) {
                catchUp.putBack(ask);
            } else {
                refused(ask, why);
            }
        } else {
            catchUp.gaveUp(ask);
            answer(ask.ticket, ask.answers.failed(why));
        }
    }

    private void found(Ask ask, long ticket, StreamPosition since, HistoryPage page) {
        Subscription subscription = ask.subscription;
        if (subscription.ticket != ticket || !catchUp.isAsking(ask) || isOver()) {
            return;
        }
        boolean recovered = page.head().epoch().equals(since.epoch())
                && since.offset() <= page.head().offset()
                && !page.lost();
        subscription.dropRead();
        subscription.epoch = page.head().epoch();
        subscription.noted = Math.max(subscription.noted, page.head().offset());
        if (subscription.state == Subscription.State.LIVE) {
            subscription.noted = Math.max(subscription.noted, subscription.next - 1);
        }
        if (recovered) {
            subscription.began = since;
            subscription.bySince = true;
            subscription.next = since.offset() + 1;
        } else if (subscription.state == Subscription.State.JOINING) {
            subscription.began = page.head();
            subscription.next = page.head().offset() + 1;
        }
        // One that is live, or was re-read meanwhile, goes on where it is: that may be further than the page.
        StreamPosition place = recovered
                ? new StreamPosition(subscription.epoch, subscription.noted)
                : new StreamPosition(subscription.epoch, subscription.next - 1);
        say(ask, place, recovered, subscription.isBehind());
    }

    /** @param behind whether there is something to replay: then the channel is the exception from here on */
    private void say(Ask ask, StreamPosition place, boolean recovered, boolean behind) {
        Subscription subscription = ask.subscription;
        Message said = ask.answers.done(
                new Subscribed(ask.requestId, subscription.channel, place, recovered, ask.since, now()));
        ask.ticket.answer(said);
        sessions.ports().channels().subscribed(recovered);
        if (subscription.state == Subscription.State.JOINING || ask.since != null && recovered) {
            subscription.answer = said;
            subscription.answeredAt = mailbox.nextPosition();
            subscription.toldAt = subscription.answeredAt;
        }
        subscription.begun = true;
        // What happened while the session was stored is behind the cursor's mark as well.
        subscription.bySince |= behind;
        if (said != null) {
            offerBeyondBounds(behind ? new Placed(said, hub.mark(), subscription.number, subscription.next - 1) : said);
        }
        storage.changed();
        if (catchUp.isAsking(ask)) {
            catchUp.answered(ask);
        } else if (subscription.state == Subscription.State.JOINING) {
            subscription.state = Subscription.State.LIVE;
        }
        knowPresence(subscription);
        touchAndFlush();
        endIfNotRead();
    }

    /** An answer has its place: it cannot wait until others went. */
    private void offerBeyondBounds(Message message) {
        if (message instanceof Placed placed) {
            mailbox.offerAgain(placed);
            exception = placed.subscription();
        } else if (exception == SessionCursor.NONE || catchUp.isException(exception)) {
            mailbox.offerAgain(message);
        } else {
            mailbox.offerAgain(new Placed(message, hub.mark(), SessionCursor.NONE, 0));
            exception = SessionCursor.NONE;
        }
    }

    /** Answers are not stopped by the zone's bound; a client that asks and never reads is. */
    private void endIfNotRead() {
        int most = 2 * (limits.mailbox().maxFrames() + limits.maxSubscriptions());
        if (!isOver() && mailbox.zones().unsentFrames() > most) {
            end(Disconnect.SLOW_CONSUMER);
        }
    }

    /** No event of the channel comes after the answer. Answers as well where there was no subscription. */
    public void unsubscribe(@Nullable String requestId, ChannelName channel, Answers<Unsubscribed> answers) {
        Requests.Ticket ticket = isOver() ? null : once(requestId);
        if (ticket == null) {
            return;
        }
        Subscription subscription = subscriptions.remove(channel);
        if (subscription != null) {
            SluiceException why = new SluiceException(ProblemCode.INVALID_REQUEST, "Unsubscribed meanwhile.");
            for (Ask ask : catchUp.forget(subscription)) {
                answer(ask.ticket, ask.answers.failed(why));
            }
            leave(subscription);
            storage.changed();
        }
        answer(ticket, answers.done(new Unsubscribed(requestId, channel, now())));
        catchUp.pump();
    }

    private void leave(Subscription subscription) {
        if (subscription.presence) {
            broker().exit(subscription.channel, id);
        }
        hub.unsubscribe(subscription);
        sessions.unsubscribed(subscription.channel);
    }

    // ---- events

    /** What is next of a live subscription. */
    void deliver(Subscription subscription, Publication publication) {
        if (offer(publication) == Offered.OVERFLOW) {
            overflow(subscription, publication);
        }
        touch();
    }

    private Offered offer(Message message) {
        if (exception == SessionCursor.NONE || catchUp.isException(exception)) {
            return mailbox.offer(message);
        }
        // Nobody is the exception any more; the first message after that has to say so.
        Watermark mark = message instanceof Publication publication ? publication.mark() : hub.mark();
        Offered offered = mailbox.offer(new Placed(message, mark, SessionCursor.NONE, 0));
        if (offered == Offered.KEPT) {
            exception = SessionCursor.NONE;
        }
        return offered;
    }

    private void overflow(Subscription subscription, Publication publication) {
        ChannelPolicy.Overflow policy = subscription.policy.overflow();
        overflowed = policy;
        sessions.ports().channels().overflowed(policy);
        boolean room =
                switch (policy) {
                    case CLOSE -> false;
                    case DROP_OLDEST ->
                        mailbox.dropOldest(publication.channel(), subscription.answeredAt, publication.bytes(), now());
                    case CONFLATE -> mailbox.conflate(publication);
                };
        if (!room || offer(publication) == Offered.OVERFLOW) {
            fallBehind(publication);
        }
    }

    /** What is unsent and can be filled goes; its subscriptions go on from the first of it, out of the histories. */
    private void fallBehind(@Nullable Publication unkept) {
        session.tooSlow();
        if (isOver()) {
            return;
        }
        sessions.ports().channels().fellBehind();
        if (unkept != null) {
            dropped(unkept);
        }
        List<Subscribed> stale = dropUnsent();
        catchUpAll();
        askAgain(stale);
        catchUp.pump();
    }

    /** Returns answers that have to be given anew. */
    private List<Subscribed> dropUnsent() {
        List<Subscribed> stale = new ArrayList<>();
        mailbox.dropUnsent(message -> {
            dropped(message);
            return goesStale(message, stale);
        });
        return stale;
    }

    private void dropped(Message message) {
        if (message instanceof Publication publication) {
            goBack(publication.channel(), publication.epoch(), publication.offset());
        } else if (message instanceof Gap gap) {
            goBack(gap.channel(), gap.epoch(), gap.from());
        } else if (message instanceof PresenceChange change) {
            Subscription subscription = subscriptions.get(change.channel());
            if (subscription != null) {
                subscription.presenceKnown = false;
                presenceUnknown = true;
            }
        }
    }

    private void goBack(ChannelName channel, String ofEpoch, long offset) {
        Subscription subscription = subscriptions.get(channel);
        if (subscription == null || subscription.state == Subscription.State.JOINING) {
            return;
        }
        boolean its = subscription.epoch.equals(ofEpoch) && offset > subscription.began.offset();
        if (its && offset < subscription.next) {
            subscription.next = offset;
        }
    }

    private void catchUpAll() {
        Place tail = mailbox.tail();
        exception = tail.subscription;
        catchUp.startAll(subscriptions.values(), tail);
        catchUp.pump();
    }

    /** Lets go of everything held: memory is short and the client is away, or the slowest. */
    void cutDown() {
        sessions.ports().observer().cutDown();
        session.tooSlow();
        if (isOver()) {
            return;
        }
        List<Subscribed> stale = dropUnsent();
        mailbox.cutDown();
        catchUpAll();
        askAgain(stale);
        catchUp.pump();
        settle();
    }

    /** A live publication came for a subscription that is not there yet, or that has missed one. */
    void missed(Subscription subscription, Publication publication) {
        if (subscription.state == Subscription.State.LIVE) {
            sessions.ports().channels().fellBehind();
            catchUpAll();
        } else {
            catchUp.missed(subscription, publication);
        }
    }

    /** The channel was joined a second time, and something may have been published in between. */
    void missedUpTo(Subscription subscription, StreamPosition head) {
        subscription.noted = Math.max(subscription.noted, head.offset());
        if (subscription.state == Subscription.State.LIVE) {
            catchUpAll();
        }
    }

    // ---- catching up

    /** One more out of a history. */
    void replay(Placed placed) {
        mailbox.offerAgain(placed);
        exception = placed.subscription();
        touch();
    }

    /** The history does not reach back to where the client is. */
    void lost(Subscription subscription, StreamPosition head) {
        subscription.dropRead();
        subscription.beginsAfter = null;
        subscription.epoch = head.epoch();
        subscription.next = head.offset() + 1;
        subscription.began = head;
        subscription.bySince = false;
        sessions.ports().channels().subscribed(false);
        boolean unanswered = subscription.answeredAt == Long.MAX_VALUE;
        String request = unanswered ? requestOf(subscription.answer) : null;
        subscription.answeredAt = mailbox.nextPosition();
        tell(subscription, new Subscribed(request, subscription.channel, head, false, null, now()));
    }

    /** The client may not know that it is subscribed; it is, and everything comes. */
    void tellAgain(Subscription subscription, StreamPosition head) {
        Message before = subscription.answer;
        if (subscription.answeredAt == Long.MAX_VALUE) {
            subscription.answeredAt = mailbox.nextPosition();
        }
        tell(
                subscription,
                before == null ? new Subscribed(null, subscription.channel, head, true, null, now()) : before);
    }

    private void tell(Subscription subscription, Message said) {
        subscription.untold = false;
        subscription.answer = said;
        subscription.toldAt = mailbox.nextPosition();
        mailbox.offerAgain(said);
        storage.changed();
        touch();
    }

    void caughtUp() {
        presenceUnknown = true;
        lookAtPresence();
    }

    /** Histories were out of reach for too long. */
    void outOfReach() {
        session.disconnect(Disconnect.TRY_LATER);
    }

    private void taken() {
        if (!catchUp.isIdle()) {
            catchUp.pump();
        }
        if (presenceUnknown) {
            lookAtPresence();
        }
    }

    // ---- presence

    private void knowPresence(Subscription subscription) {
        if (subscription.presence) {
            subscription.presenceKnown = false;
            presenceUnknown = true;
            lookAtPresence();
        }
    }

    private void lookAtPresence() {
        if (!mailbox.hasRoom()) {
            return;
        }
        presenceUnknown = false;
        for (Subscription each : subscriptions.values()) {
            if (each.presence && !each.presenceKnown && each.isTold()) {
                look(each);
            }
        }
    }

    private void look(Subscription subscription) {
        long asking = ++subscription.presenceTicket;
        Member member = new Member(client.clientId(), client.info(), transport, Instant.ofEpochMilli(now()));
        broker().enter(subscription.channel, id, member)
                .subscribe()
                .with(
                        members -> home.later(() -> present(subscription, asking, members)),
                        // The next look tries again.
                        failure -> home.later(() -> presenceUnknown = true));
    }

    private void present(Subscription subscription, long asked, List<Member> members) {
        if (isOver() || subscriptions.get(subscription.channel) != subscription) {
            return;
        }
        if (subscription.presenceTicket == asked && subscription.isTold()) {
            subscription.presenceKnown = true;
            sayPresence(
                    subscription, new PresenceChange(subscription.channel, PresenceChange.Action.SYNC, members, now()));
            touchAndFlush();
        }
    }

    /** Somebody came or went. */
    void presence(Subscription subscription, PresenceChange change) {
        if (subscription.presence && subscription.presenceKnown && subscription.isTold()) {
            sayPresence(subscription, change);
            touch();
        }
    }

    private void sayPresence(Subscription subscription, PresenceChange change) {
        if (offer(change) == Offered.OVERFLOW) {
            subscription.presenceKnown = false;
            presenceUnknown = true;
        }
    }

    // ---- sending

    void wake() {
        session.wake();
    }

    private void touch() {
        if (!touched) {
            touched = true;
            hub.touch(this);
        }
    }

    private void touchAndFlush() {
        touch();
        hub.flush();
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

    private void settle() {
        hub.count(held());
    }

    // ---- time and operators

    void tick(long now) {
        settle();
        storage.tick(now);
        catchUp.tick(now, limits.retry().toMillis());
    }

    long heldBytes() {
        return mailbox.heldBytes();
    }

    public SessionView view(long now) {
        var zones = mailbox.zones();
        Message oldest = zones.oldestUnsent();
        long lag = oldest == null ? 0 : Math.max(0, now - oldest.appendedAt());
        return new SessionView(
                id,
                client,
                state(),
                isAttached() ? transport : null,
                zones.unsentFrames(),
                zones.unsentBytes(),
                zones.sentFrames(),
                mailbox.sentBytes(),
                lag,
                Math.max(0, now - openedAt),
                subscriptions.size(),
                !catchUp.isIdle(),
                policy());
    }

    private String policy() {
        if (overflowed != null) {
            return overflowed.wire();
        }
        Function<Subscription, ChannelPolicy.Overflow> of = each -> each.policy.overflow();
        return subscriptions.values().stream()
                .map(of)
                .findFirst()
                .map(ChannelPolicy.Overflow::wire)
                .orElse("");
    }

    // ---- the record

    /** Null where nothing of it is worth keeping. */
    private @Nullable SessionRecord record(long now) {
        List<SessionRecord.Stored> kept = new ArrayList<>();
        boolean durable = false;
        for (Subscription each : subscriptions.values()) {
            if (each.begun || each.storing) {
                kept.add(new SessionRecord.Stored(each.number, each.channel, each.began, each.presence));
                durable |= each.policy.durable();
            }
        }
        if (!durable) {
            return null;
        }
        return new SessionRecord(
                SessionEpoch.key(id),
                client,
                SessionEpoch.lasting(epoch),
                mailbox.acknowledgedCursor(epoch).text(),
                nextNumber,
                kept,
                Instant.ofEpochMilli(now));
    }

    /** Takes up what is stored; the first attach fills it. */
    void restore(SessionRecord stored) {
        SessionCursor acknowledged = SessionCursor.parse(stored.acknowledged());
        mailbox.begin(acknowledged);
        nextNumber = stored.nextSubscription();
        for (SessionRecord.Stored each : stored.subscriptions()) {
            ChannelPolicy policy = sessions.ports().policies().of(each.channel());
            Subscription subscription = new Subscription(each.number(), this, each.channel(), policy);
            subscription.state = Subscription.State.CATCHING;
            subscription.begun = true;
            subscription.began = each.joined();
            subscription.epoch = each.joined().epoch();
            subscription.presence = each.presence();
            subscriptions.put(each.channel(), subscription);
            sessions.subscribed(each.channel());
            subscription.untold = true;
            beginAt(subscription, acknowledged, true, false);
        }
        catchUp.startAll(subscriptions.values(), mailbox.tail());
        exception = acknowledged.subscription();
        storage.restored();
        List.copyOf(subscriptions.values()).forEach(hub::subscribe);
    }
}
