package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.mailbox.Message;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one session is subscribed to, in the order it was asked for, each under a number of its own that is never used
 * again. Whoever is taken out here still has to {@linkplain #leave leave} its channel. On the session's home.
 */
final class Subscriptions implements Iterable<Subscription> {
    private final ChannelSession session;
    /** Many a session never asks for any. */
    private Map<ChannelName, Subscription> byChannel = Map.of();

    private int nextNumber;

    Subscriptions(ChannelSession session) {
        this.session = session;
    }

    // ---- who is there

    @Nullable
    Subscription find(ChannelName channel) {
        return byChannel.get(channel);
    }

    /** The one of that number, if it is still there. */
    @Nullable
    Subscription numbered(int number) {
        return first(each -> each.number == number);
    }

    private @Nullable Subscription first(Predicate<Subscription> which) {
        for (Subscription each : byChannel.values()) {
            if (which.test(each)) {
                return each;
            }
        }
        return null;
    }

    boolean has(ChannelName channel) {
        return byChannel.containsKey(channel);
    }

    /** Whether it is still the one of its channel, and was not left meanwhile. */
    boolean holds(Subscription subscription) {
        return byChannel.get(subscription.channel) == subscription;
    }

    /** Whether it says where one of them began, which is said again from there, or what it lost, which is looked at anew. */
    boolean isSaidAnew(Message said) {
        return answeredBy(said) != null || isUndoneLoss(said);
    }

    /** Whether it says that something is missing, which was said unasked and is not the last word any more. */
    boolean isUndoneLoss(Message said) {
        return said instanceof Subscribed subscribed && subscribed.isWordOfLoss() && answeredBy(said) == null;
    }

    /** The one that began with that answer. */
    @Nullable
    Subscription answeredBy(Message said) {
        return first(each -> each.answer == said);
    }

    /**
     * Whether a client has to be told, and was not so far, that a stored history did not reach back to it: after a kill
     * it would go on from there as if it knew. A volatile channel is lost then anyway.
     */
    boolean hasLossToTell() {
        return first(each -> each.policy.durable() && each.isLossToTell()) != null;
    }

    int size() {
        return byChannel.size();
    }

    Set<ChannelName> channels() {
        return Set.copyOf(byChannel.keySet());
    }

    @Override
    public Iterator<Subscription> iterator() {
        return byChannel.values().iterator();
    }

    /** Those of now, for whoever may change them on the way. */
    List<Subscription> copy() {
        return List.copyOf(byChannel.values());
    }

    /** The number that the next one gets. */
    int nextNumber() {
        return nextNumber;
    }

    // ---- coming and going

    /** A new one, which is still to be joined. */
    Subscription add(ChannelName channel) {
        return add(nextNumber++, channel);
    }

    /** The numbers of an earlier life were given up to here. */
    void numbersFrom(int next) {
        nextNumber = next;
    }

    /** One of an earlier life, which its client may not know of any more. */
    Subscription addAgain(SessionRecord.Stored stored) {
        Subscription subscription = add(stored.number(), stored.channel());
        subscription.state = Subscription.State.CATCHING;
        subscription.begun = true;
        subscription.began = stored.joined();
        subscription.epoch = stored.joined().epoch();
        subscription.presence = stored.presence();
        subscription.untold = true;
        return subscription;
    }

    private Subscription add(int number, ChannelName channel) {
        ChannelPolicy policy = session.ports().policies().of(channel);
        Subscription subscription = new Subscription(number, session, channel, policy);
        if (byChannel.isEmpty()) {
            byChannel = new LinkedHashMap<>(4);
        }
        byChannel.put(channel, subscription);
        session.sessions.subscribed(channel);
        return subscription;
    }

    /** Takes it out, null where there is none; nothing of it is found any more. */
    @Nullable
    Subscription remove(ChannelName channel) {
        return byChannel.isEmpty() ? null : byChannel.remove(channel);
    }

    void clear() {
        byChannel = Map.of();
    }

    /** Nothing of the channel reaches the session any more. */
    void leave(Subscription subscription) {
        if (subscription.presence) {
            session.broker().exit(subscription.channel, session.id());
        }
        session.hub.unsubscribe(subscription);
        session.sessions.unsubscribed(subscription.channel);
    }
}
