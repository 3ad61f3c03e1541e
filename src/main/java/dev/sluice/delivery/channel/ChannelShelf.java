package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The channels that a broker holds in memory. One that nobody uses is forgotten: at once where there are too many, else
 * when its history is empty and has been for as long as its age. On the broker's home.
 */
final class ChannelShelf {
    private final ChannelPolicies policies;
    private final int bound;
    private final Supplier<String> epochs;
    private final ChannelObserver observer;
    /** The longest unused first. */
    private final Map<ChannelName, ChannelLog> byUse = new LinkedHashMap<>(16, 0.75f, true);

    private final TreeMap<String, ChannelLog> byName = new TreeMap<>();

    ChannelShelf(ChannelPolicies policies, int bound, Supplier<String> epochs, ChannelObserver observer) {
        this.policies = policies;
        this.bound = bound;
        this.epochs = epochs;
        this.observer = observer;
    }

    ChannelLog get(ChannelName name, long now) {
        ChannelLog known = byUse.get(name);
        if (known != null) {
            return known;
        }
        ChannelLog fresh = new ChannelLog(name, policies.of(name), epochs.get(), now);
        byUse.put(name, fresh);
        byName.put(name.value(), fresh);
        return fresh;
    }

    private static boolean isUnused(ChannelLog channel) {
        return channel.hubs.isEmpty() && channel.waiting.isEmpty() && channel.isDeserted();
    }

    /**
     * Trims all, forgets who is not needed.
     *
     * @return how far the stored histories may be trimmed
     */
    List<DurableLog.Bound> sweep(long now, Predicate<ChannelLog> needed) {
        List<DurableLog.Bound> bounds = new ArrayList<>();
        for (Iterator<ChannelLog> all = byUse.values().iterator(); all.hasNext(); ) {
            ChannelLog channel = all.next();
            channel.trim(now);
            boolean durable = channel.policy.durable();
            if (durable && channel.state == ChannelLog.State.READY && channel.floor() > channel.storedFloor) {
                channel.storedFloor = channel.floor();
                bounds.add(new DurableLog.Bound(channel.name, channel.storedFloor));
            }
            boolean tooMany = byUse.size() > bound;
            boolean idle = now - channel.usedAt > channel.policy.age().toMillis();
            if (isUnused(channel) && !needed.test(channel) && (tooMany || idle && (durable || channel.isEmpty()))) {
                all.remove();
                byName.remove(channel.name.value());
                if (tooMany) {
                    observer.evicted();
                }
            }
        }
        return bounds;
    }

    /** Those that were published to or are listened to, by name. */
    List<Broker.Head> heads(String after, int limit) {
        List<Broker.Head> heads = new ArrayList<>();
        SortedMap<String, ChannelLog> tail = byName.tailMap(after, false);
        for (ChannelLog channel : tail.values()) {
            if (heads.size() == limit) {
                break;
            }
            if (channel.state == ChannelLog.State.READY && (channel.head().offset() > 0 || !channel.hubs.isEmpty())) {
                heads.add(new Broker.Head(channel.name, channel.head()));
            }
        }
        return heads;
    }

    /** What memory knows of a channel is newer than what is stored of it. */
    static List<Broker.Head> merge(List<Broker.Head> inMemory, List<Broker.Head> stored, int limit) {
        TreeMap<String, Broker.Head> all = new TreeMap<>();
        stored.forEach(head -> all.put(head.channel().value(), head));
        inMemory.forEach(head -> all.put(head.channel().value(), head));
        return all.values().stream().limit(limit).toList();
    }
}
