package dev.sluice.delivery.channel;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The way of a publication into its channels: admitted within a bound, kept back until all of its channels are read and
 * all of its keys are known, stored first where a channel is durable, then appended in the order given and answered. On
 * the broker's home, unless it says otherwise.
 */
final class Publisher {
    private final MemoryBroker broker;
    private final DurableLog log;
    private final BrokerLimits limits;
    private final InstantSource clock;
    private final ChannelObserver observer;
    private final GroupCommit commit;
    private final IdempotencyKeys keys;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();

    Publisher(MemoryBroker broker, DurableLog log, BrokerLimits limits, InstantSource clock) {
        this.broker = broker;
        this.log = log;
        this.limits = limits;
        this.clock = clock;
        this.observer = broker.observer();
        this.commit = new GroupCommit(broker, this, log, limits.maxBatch());
        this.keys = new IdempotencyKeys(limits.maxKeys());
    }

    /** What has to be stored first goes through it. */
    GroupCommit commit() {
        return commit;
    }

    /** As {@link Broker#publish} says. Any thread. */
    Uni<List<StreamPosition>> publish(List<NewPublication> batch) {
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
            broker.submit(() -> attempt(publishing));
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
            ChannelLog channel = broker.channel(what.channel());
            durable |= channel.policy.durable();
            if (channel.state != ChannelLog.State.READY) {
                broker.whenReady(channel, failure -> {
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
            if (use == null && broker.channel(what.channel()).policy.durable() && publishing.looked.add(id)) {
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
                        found -> broker.submit(() -> {
                            if (found != null && keys.find(id, clock.millis()) == null) {
                                keys.began(
                                        id, new IdempotencyKeys.Use(found.digest(), found.channel(), clock.millis()));
                                keys.done(id, found.place(), clock.millis());
                            }
                            attempt(publishing);
                        }),
                        failure -> broker.submit(() -> refuse(publishing, failure)));
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
            ChannelLog channel = broker.channel(what.channel());
            Publication publication = channel.policy.durable()
                    ? stored.get(nextStored++)
                    : broker.number(
                            what,
                            new StreamPosition(
                                    channel.head().epoch(), channel.head().offset() + 1));
            publishing.placed(i, publication.place());
            broker.giveOut(channel, publication, publishing);
            appended++;
        }
        publishing.keys().forEach((id, item) -> keys.done(id, publishing.placeOf(item), clock.millis()));
        observer.appended(appended, !stored.isEmpty());
        publishing.appended();
    }

    /** Nothing of it was appended. */
    void refuse(Publishing publishing, Throwable why) {
        observer.refused(publishing.batch.size());
        publishing.keys().keySet().forEach(keys::givenUp);
        publishing.fail(why);
    }
}
