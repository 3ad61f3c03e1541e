package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.SessionId;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private final ChannelObserver observer;
    private final ChannelShelf channels;
    private final Publisher publisher;
    private final Map<Hub, HubLink> links = new IdentityHashMap<>();
    private final List<HubLink> touched = new ArrayList<>();

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean under = new AtomicBoolean();

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
        this.observer = observer;
        this.channels = new ChannelShelf(policies, limits.maxChannels(), epochs, observer);
        this.publisher = new Publisher(this, log, limits, clock);
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
        return publisher.publish(batch);
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

    // ---- channels

    ChannelLog channel(ChannelName name) {
        return channels.get(name, clock.millis());
    }

    /** Runs that once the channel is read, at once where it is; told why where it cannot be. */
    void whenReady(ChannelLog channel, Consumer<@Nullable Throwable> then) {
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
            List<DurableLog.Bound> bounds = channels.sweep(now, publisher.commit()::needs);
            publisher.commit().trim(bounds, now);
        });
    }
}
