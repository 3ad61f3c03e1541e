package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.mailbox.MailboxLimits;
import dev.sluice.delivery.mailbox.MemoryMailbox;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Makes room in a mailbox out of one channel's own events that were not handed out: the oldest go, and a gap says so, or
 * those that a newer one replaces. What carries a place of its own stays, since that would be lost with it.
 */
final class Thinning {
    private static final int GAP_BYTES = 320;
    /** So that a client that stays too slow does not cost a walk through its queue for each event. */
    private static final int DROPPED_AT_ONCE = 32;

    private final MemoryMailbox zones;
    private final MailboxLimits limits;

    Thinning(MemoryMailbox zones, MailboxLimits limits) {
        this.zones = zones;
        this.limits = limits;
    }

    /**
     * Makes room by dropping the oldest unsent events of that channel; a gap stands where the first of them stood.
     *
     * @param after the position of the answer to its subscription: what is before that is of an earlier one
     * @return false, with nothing changed, where there are too few of them
     */
    boolean dropOldest(ChannelName channel, long after, int bytes, long now) {
        List<Publication> own = new ArrayList<>();
        boolean[] marked = new boolean[1];
        long begin = Math.max(after, zones.highestSent());
        zones.forEachHeld(held -> {
            if (held.position() > begin) {
                if (held.message() instanceof Publication event
                        && event.channel().equals(channel)) {
                    own.add(event);
                }
                marked[0] |= Placed.unwrap(held.message()) instanceof Gap gap
                        && gap.channel().equals(channel);
            }
        });
        int frames = Math.max(marked[0] ? 1 : 2, limits.maxFrames() / DROPPED_AT_ONCE);
        long free = limits.maxBytes() - zones.unsentBytes();
        int count = 0;
        while (count < own.size() && (count < frames || free < bytes + GAP_BYTES)) {
            free += own.get(count++).bytes();
        }
        if (count < (marked[0] ? 1 : 2) || free < bytes) {
            return false;
        }
        putGap(own.subList(0, count), begin, now);
        return true;
    }

    private void putGap(List<Publication> dropped, long begin, long now) {
        Publication first = dropped.get(0);
        Publication last = dropped.get(dropped.size() - 1);
        Set<Publication> gone = Collections.newSetFromMap(new IdentityHashMap<>());
        gone.addAll(dropped);
        boolean[] placed = new boolean[1];
        zones.editUnsent((position, message) -> {
            if (!placed[0]
                    && position > begin
                    && message instanceof Gap gap
                    && gap.channel().equals(first.channel())
                    && gap.epoch().equals(first.epoch())) {
                placed[0] = true;
                return new Gap(gap.channel(), gap.epoch(), gap.from(), last.offset(), gap.appendedAt());
            }
            if (!gone.contains(message)) {
                return message;
            }
            if (placed[0]) {
                return null;
            }
            placed[0] = true;
            return new Gap(first.channel(), first.epoch(), first.offset(), last.offset(), now);
        });
    }

    /**
     * Makes room by dropping unsent events of that channel that a newer one replaces.
     *
     * @return false where none of them is replaced
     */
    boolean conflate(Publication newest) {
        Set<String> newer = new HashSet<>();
        newer.add(newest.conflationKey());
        List<Publication> own = new ArrayList<>();
        zones.forEachHeld(held -> {
            if (held.position() > zones.highestSent()
                    && held.message() instanceof Publication event
                    && event.channel().equals(newest.channel())) {
                own.add(event);
            }
        });
        Set<Publication> gone = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = own.size() - 1; i >= 0; i--) {
            if (!newer.add(own.get(i).conflationKey())) {
                gone.add(own.get(i));
            }
        }
        if (gone.isEmpty()) {
            return false;
        }
        zones.editUnsent((position, message) -> gone.contains(message) ? null : message);
        return true;
    }
}
