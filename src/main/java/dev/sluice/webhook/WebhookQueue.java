package dev.sluice.webhook;

import io.cloudevents.CloudEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Events to one receiver, one after another in the order in which they were offered: the next is sent when the one
 * before it arrived or was given up. Bounded: where too many wait, the oldest goes, since the newest says what holds.
 * Kept in memory; what waits when the process ends is lost, and the audit log has it.
 */
public final class WebhookQueue {
    private static final Logger LOG = Logger.getLogger(WebhookQueue.class);
    private static final double JITTER = 0.5;

    private final Context home;
    private final WebhookClient client;
    private final WebhookTarget target;
    private final RetryPolicy policy;
    private final int maxWaiting;
    private final WebhookObserver observer;
    private final ArrayDeque<CloudEvent> waiting = new ArrayDeque<>();
    private final AtomicInteger size = new AtomicInteger();
    private boolean busy;

    /** @param home the event loop on which the queue lives */
    public WebhookQueue(
            Context home,
            WebhookClient client,
            WebhookTarget target,
            RetryPolicy policy,
            int maxWaiting,
            WebhookObserver observer) {
        this.home = home;
        this.client = client;
        this.target = target;
        this.policy = policy;
        this.maxWaiting = maxWaiting;
        this.observer = observer;
    }

    /** Any thread; returns at once and never fails. */
    public void offer(CloudEvent event) {
        home.runOnContext(hop -> {
            waiting.add(event);
            size.incrementAndGet();
            if (waiting.size() > maxWaiting) {
                waiting.remove();
                size.decrementAndGet();
                observer.dropped();
                LOG.warnf("too many events wait for %s, the oldest was dropped", target.host());
            }
            next();
        });
    }

    /** How many wait or are under way. */
    public int size() {
        return size.get();
    }

    private void next() {
        CloudEvent event = busy ? null : waiting.poll();
        if (event == null) {
            return;
        }
        busy = true;
        delivered(event)
                .subscribe()
                .with(
                        done -> home.runOnContext(hop -> {
                            observer.delivered();
                            settled();
                        }),
                        failure -> home.runOnContext(hop -> {
                            observer.failed();
                            LOG.warnf(
                                    "an event for %s was given up [kind: %s, cause: %s]",
                                    target.host(), event.getType(), words(failure));
                            settled();
                        }));
    }

    private Uni<Void> delivered(CloudEvent event) {
        Uni<Void> once = client.send(event, target);
        if (policy.attempts() <= 1) {
            return once;
        }
        AtomicInteger tries = new AtomicInteger();
        return once.onFailure(WebhookQueue::worthAnotherTry)
                .invoke(() -> {
                    if (tries.incrementAndGet() < policy.attempts()) {
                        observer.retried();
                    }
                })
                .onFailure(WebhookQueue::worthAnotherTry)
                .retry()
                .withBackOff(policy.first(), policy.most())
                .withJitter(JITTER)
                .atMost(policy.attempts() - 1L);
    }

    private static boolean worthAnotherTry(Throwable failure) {
        return failure instanceof WebhookFailure known && known.worthAnotherTry();
    }

    /** Where tries ran out the last one's failure lies inside. */
    private static String words(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof WebhookFailure known) {
                return String.valueOf(known.getMessage());
            }
        }
        return failure.getClass().getSimpleName();
    }

    private void settled() {
        busy = false;
        size.decrementAndGet();
        next();
    }
}
