package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.SessionId;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The broker of one node. One home is its single writer: every call becomes a task there, and what the tasks of one
 * turn gave out is handed to the hubs at its end. Histories are in memory; durable ones are read from the log when they
 * are first touched, and appended to in batches.
 */
public final class MemoryBroker implements Broker {
    /** Tasks of one turn, so that others get theirs. */
    private static final int TURN = 4_096;

    private final Home home;
    private final DurableLog log;
    private final InstantSource clock;
    private final BrokerLimits limits;
    private final ChannelObserver observer;
    private final ChannelShelf channels;
    private final GroupCommit commit;
    private final IdempotencyKeys keys;
    private final Map<Hub, HubLink> links = new IdentityHashMap<>();
    private final List<HubLink> touched = new ArrayList<>();

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean under = new AtomicBoolean();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();

    private long position;
    private Watermark mark = Watermark.NONE;
    private boolean numbered;

    /** @param epochs random texts, safe in a URL; any thread */
    public MemoryBroker(
            Home home,
            DurableLog log,
            ChannelPolicies policies,
            BrokerLimits limits,
            InstantSource clock,
            Supplier<String> epochs,
            ChannelObserver observer) {
        this.home = home;
        this.log = log;
        this.clock = clock;
        this.limits = limits;
        this.observer = observer;
        this.channels = new ChannelShelf(policies, limits.maxChannels(), epochs, observer);
        this.commit = new GroupCommit(this, log, limits.maxBatch());
        this.keys = new IdempotencyKeys(limits.maxKeys());
    }

    ChannelObserver observer() {
        return observer;
    }

    // ---- turns

    /** Runs a task in its turn on the broker's home. Any thread. */
    void submit(Runnable task) {
        tasks.add(task);
        if (under.compareAndSet(false, true)) {
            home.later(this::turn);
        }
    }

    private <T> void submit(UniEmitter<? super T> asker, Runnable task) {
        submit(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                asker.fail(e);
            }
        });
    }

    private void turn() {
        int left = TURN;
        try {
            for (Runnable next = tasks.poll(); next != null; next = --left > 0 ? tasks.poll() : null) {
                next.run();
            }
        } finally {
            touched.forEach(HubLink::handOver);
            touched.clear();
            under.set(false);
            if (!tasks.isEmpty() && under.compareAndSet(false, true)) {
                home.later(this::turn);
            }
        }
    }

    private HubLink link(Hub hub) {
        HubLink link = links.computeIfAbsent(hub, HubLink::new);
        touched.add(link);
        return link;
    }

    // ---- publish

    @Override
    public Uni<List<StreamPosition>> publish(List<NewPublication> batch) {
        return Uni.createFrom().emitter(emitter -> {
            long bytes = 0;
            for (NewPublication each : batch) {
                bytes += each.data().size();
            }
            int before = waiting.getAndAdd(batch.size());
            long bytesBefore = waitingBytes.getAndAdd(bytes);
            long all = bytes;
            Runnable settled = () -> {
                waiting.addAndGet(-batch.size());
                waitingBytes.addAndGet(-all);
            };
            Publishing publishing = new Publishing(batch, emitter, settled);
            boolean full =
                    before + batch.size() > limits.maxWaiting() || bytesBefore + bytes > limits.maxWaitingBytes();
            if (before > 0 && full) {
                observer.refused(batch.size());
                publishing.fail(SluiceException.retryLater(ProblemCode.TOO_MANY_PUBLICATIONS, Duration.ofSeconds(1)));
                return;
            }
            submit(() -> attempt(publishing));
        });
    }

    private void attempt(Publishing publishing) {
        try {
            admit(publishing);
        } catch (RuntimeException e) {
            refuse(publishing, e);
        }
    }

    /** Goes on once all channels are read and all keys are known; else comes back here when one more is. */
    private void admit(Publishing publishing) {
        boolean durable = false;
        for (NewPublication what : publishing.batch) {
            ChannelLog channel = channel(what.channel());
            durable |= channel.policy.durable();
            if (channel.state != ChannelLog.State.READY) {
                whenReady(channel, failure -> {
                    if (failure == null) {
                        attempt(publishing);
                    } else {
                        refuse(publishing, failure);
                    }
                });
                return;
            }
        }
        if (!keysKnown(publishing)) {
            return;
        }
        if (durable) {
            commit.add(publishing);
        } else {
            append(publishing, List.of());
        }
    }

    private boolean keysKnown(Publishing publishing) {
        for (int i = 0; i < publishing.batch.size(); i++) {
            NewPublication what = publishing.batch.get(i);
            NewPublication.Idempotency idempotency = what.idempotency();
            if (idempotency == null || publishing.isPlaced(i)) {
                continue;
            }
            IdempotencyKeys.Id id = IdempotencyKeys.Id.of(idempotency);
            IdempotencyKeys.Use use = keys.find(id, clock.millis());
            if (use == null && channel(what.channel()).policy.durable() && publishing.looked.add(id)) {
                lookFor(publishing, idempotency, id);
                return false;
            }
            if (use == null) {
                keys.began(id, new IdempotencyKeys.Use(idempotency.digest(), what.channel(), clock.millis()));
                publishing.holds(id, i);
                continue;
            }
            if (!use.isFor(what)) {
                throw new SluiceException(ProblemCode.IDEMPOTENCY_CONFLICT);
            }
            if (use.place != null) {
                publishing.placed(i, use.place);
            } else if (!publishing.repeats(id, i)) {
                use.waiting.add(() -> attempt(publishing));
                return false;
            }
        }
        return true;
    }

    private void lookFor(Publishing publishing, NewPublication.Idempotency idempotency, IdempotencyKeys.Id id) {
        log.find(idempotency.owner(), idempotency.key())
                .subscribe()
                .with(
                        found -> submit(() -> {
                            if (found != null && keys.find(id, clock.millis()) == null) {
                                keys.began(
                                        id, new IdempotencyKeys.Use(found.digest(), found.channel(), clock.millis()));
                                keys.done(id, found.place(), clock.millis());
                            }
                            attempt(publishing);
                        }),
                        failure -> submit(() -> refuse(publishing, failure)));
    }

    /** Appends what is still without a place, in the order given; {@code stored} are those that are durable. */
    void append(Publishing publishing, List<Publication> stored) {
        int nextStored = 0;
        int appended = 0;
        for (int i = 0; i < publishing.batch.size(); i++) {
            if (publishing.isPlaced(i) || publishing.isRepeat(i)) {
                continue;
            }
            NewPublication what = publishing.batch.get(i);
            ChannelLog channel = channel(what.channel());
            Publication publication = channel.policy.durable()
                    ? stored.get(nextStored++)
                    : number(
                            what,
                            new StreamPosition(
                                    channel.head().epoch(), channel.head().offset() + 1));
            publishing.placed(i, publication.place());
            giveOut(channel, publication, publishing);
            appended++;
        }
        publishing.keys().forEach((id, item) -> keys.done(id, publishing.placeOf(item), clock.millis()));
        observer.appended(appended, !stored.isEmpty());
        publishing.appended();
    }

    /** Numbers a publication. */
    Publication number(NewPublication what, StreamPosition place) {
        long next = ++position;
        boolean durable = channel(what.channel()).policy.durable();
        return new Publication(what, place, next, Watermark.of(durable, next), clock.millis());
    }

    /** Into the history and to the hubs. */
    void giveOut(ChannelLog channel, Publication numbered, @Nullable Publishing publishing) {
        mark = mark.max(Watermark.of(channel.policy.durable(), numbered.position()));
        Publication publication = numbered.at(mark);
        channel.add(publication, clock.millis());
        for (HubLink link : channel.hubs) {
            link.add(publication);
            touched.add(link);
            if (publishing != null) {
                publishing.through(link);
            }
        }
    }

    /** Nothing of it was appended. */
    void refuse(Publishing publishing, Throwable why) {
        observer.refused(publishing.batch.size());
        publishing.keys().keySet().forEach(keys::givenUp);
        publishing.fail(why);
    }

    // ---- channels

    ChannelLog channel(ChannelName name) {
        return channels.get(name, clock.millis());
    }

    private void whenReady(ChannelLog channel, Consumer<@Nullable Throwable> then) {
        if (channel.state == ChannelLog.State.READY) {
            then.accept(null);
            return;
        }
        channel.waiting.add(then);
        if (channel.state == ChannelLog.State.UNREAD) {
            channel.state = ChannelLog.State.READING;
            Uni<Long> last = numbered ? Uni.createFrom().item(0L) : log.lastPosition();
            last.chain(highest -> {
                        submit(() -> numberAbove(highest));
                        return log.load(channel.name, channel.policy.size());
                    })
                    .subscribe()
                    .with(
                            stored -> submit(() -> read(channel, stored)),
                            failure -> submit(() -> unread(channel, failure)));
        }
    }

    private void numberAbove(long highest) {
        numbered = true;
        position = Math.max(position, highest);
        mark = mark.max(new Watermark(0, highest));
    }

    private void read(ChannelLog channel, DurableLog.@Nullable Stored stored) {
        for (Publication publication : channel.read(stored)) {
            channel.add(publication, clock.millis());
        }
        tell(channel, null);
    }

    private void unread(ChannelLog channel, Throwable failure) {
        channel.state = ChannelLog.State.UNREAD;
        tell(channel, failure);
    }

    private static void tell(ChannelLog channel, @Nullable Throwable failure) {
        List<Consumer<@Nullable Throwable>> told = List.copyOf(channel.waiting);
        channel.waiting.clear();
        told.forEach(each -> each.accept(failure));
    }

    // ---- join and leave

    @Override
    public void join(ChannelName name, Hub hub) {
        submit(() -> {
            ChannelLog channel = channel(name);
            whenReady(channel, failure -> {
                HubLink link = link(hub);
                if (failure != null) {
                    link.add(() -> hub.refused(name, failure));
                    return;
                }
                if (!channel.hubs.contains(link)) {
                    channel.hubs.add(link);
                }
                StreamPosition head = channel.head();
                Watermark now = mark;
                link.add(() -> hub.joined(name, head, now));
            });
        });
    }

    @Override
    public void leave(ChannelName name, Hub hub) {
        submit(() -> {
            ChannelLog channel = channel(name);
            whenReady(channel, failure -> channel.hubs.removeIf(link -> link.hub() == hub));
        });
    }

    // ---- read

    @Override
    public Uni<HistoryPage> history(ChannelName name, long afterOffset, int limit) {
        return read(name, channel -> channel.page(afterOffset, limit, clock.millis()));
    }

    @Override
    public Uni<HistoryPage> historyAfter(ChannelName name, Watermark after, int limit) {
        return read(name, channel -> channel.pageAfter(after.of(channel.policy.durable()), limit, clock.millis()));
    }

    @Override
    public Uni<StreamPosition> head(ChannelName name) {
        return read(name, ChannelLog::head);
    }

    private <T> Uni<T> read(ChannelName name, java.util.function.Function<ChannelLog, T> what) {
        return Uni.createFrom()
                .emitter(emitter -> submit(emitter, () -> {
                    ChannelLog channel = channel(name);
                    whenReady(channel, failure -> {
                        if (failure == null) {
                            answer(emitter, what.apply(channel));
                        } else {
                            emitter.fail(failure);
                        }
                    });
                }));
    }

    /** Behind what was given out before. */
    private <T> void answer(UniEmitter<? super T> asker, T answer) {
        touched.forEach(HubLink::handOver);
        asker.complete(answer);
    }

    @Override
    public Uni<List<Head>> channels(String after, int limit) {
        return Uni.createFrom()
                .<List<Head>>emitter(emitter -> submit(emitter, () -> emitter.complete(channels.heads(after, limit))))
                .chain(inMemory ->
                        log.channels(after, limit).map(stored -> ChannelShelf.merge(inMemory, stored, limit)));
    }

    // ---- presence

    @Override
    public Uni<List<Member>> enter(ChannelName name, SessionId session, Member member) {
        return Uni.createFrom()
                .emitter(emitter -> submit(emitter, () -> {
                    ChannelLog channel = channel(name);
                    Member joined = channel.enter(session, member);
                    if (joined != null) {
                        tell(channel, PresenceChange.Action.JOIN, joined);
                    }
                    answer(emitter, channel.members());
                }));
    }

    @Override
    public void exit(ChannelName name, SessionId session) {
        submit(() -> {
            ChannelLog channel = channel(name);
            Member left = channel.exit(session);
            if (left != null) {
                tell(channel, PresenceChange.Action.LEAVE, left);
            }
        });
    }

    private void tell(ChannelLog channel, PresenceChange.Action action, Member who) {
        PresenceChange change = new PresenceChange(channel.name, action, List.of(who), clock.millis());
        for (HubLink link : channel.hubs) {
            link.add(() -> link.hub().presence(change));
            touched.add(link);
        }
    }

    @Override
    public Uni<List<Member>> members(ChannelName name) {
        return Uni.createFrom()
                .emitter(emitter ->
                        submit(emitter, () -> answer(emitter, channel(name).members())));
    }

    // ---- time

    /** Time passed: what is too old goes, from memory and from the log. Any thread; every few seconds. */
    public void tick(long now) {
        submit(() -> {
            List<DurableLog.Bound> bounds = channels.sweep(now, commit::needs);
            commit.trim(bounds, now);
        });
    }
}
