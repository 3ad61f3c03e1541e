package dev.sluice.rollout.evidence;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Events on their way from many threads to the one that counts them: a fixed ring of plain numbers. Offering never
 * waits and allocates nothing; a full ring refuses. One thread at a time may take.
 *
 * @see <a href="https://www.1024cores.net/home/lock-free-algorithms/queues/bounded-mpmc-queue">Bounded MPMC queue,
 *     Dmitry Vyukov</a>
 */
final class EventRing {
    private static final int GROUP_SHIFT = 8;
    private static final int TIME_SHIFT = 16;
    private static final int BYTE = 0xff;

    private final int mask;
    private final long[] clients;
    private final long[] addresses;
    private final long[] details;
    /** Whose turn a place is: its number while free, one more once filled. Publishes the arrays above. */
    private final AtomicLongArray turns;

    private final AtomicLong tail = new AtomicLong();
    private long head;

    /** @param capacity a power of two */
    EventRing(int capacity) {
        if (Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException("the capacity must be a power of two");
        }
        mask = capacity - 1;
        clients = new long[capacity];
        addresses = new long[capacity];
        details = new long[capacity];
        turns = new AtomicLongArray(capacity);
        for (int i = 0; i < capacity; i++) {
            turns.setPlain(i, i);
        }
    }

    /** Takes one event in; false where there is no room. Any thread. */
    boolean offer(Event what, long client, long address, int group, long time) {
        long at = tail.get();
        while (true) {
            long turn = turns.getAcquire((int) at & mask);
            if (turn < at) {
                return false;
            }
            if (turn == at && tail.compareAndSet(at, at + 1)) {
                int place = (int) at & mask;
                clients[place] = client;
                addresses[place] = address;
                details[place] = time << TIME_SHIFT | (long) (group & BYTE) << GROUP_SHIFT | what.ordinal();
                turns.setRelease(place, at + 1);
                return true;
            }
            at = tail.get();
        }
    }

    /** Hands over what is there, in the order it came, at most {@code most}. */
    int drain(AttemptLedger to, int most) {
        int taken = 0;
        while (taken < most) {
            int place = (int) head & mask;
            if (turns.getAcquire(place) != head + 1) {
                break;
            }
            long detail = details[place];
            Event what = Event.at((int) detail & BYTE);
            int group = (int) (detail >>> GROUP_SHIFT) & BYTE;
            to.on(what, clients[place], addresses[place], group, detail >>> TIME_SHIFT);
            turns.setRelease(place, head + mask + 1);
            head++;
            taken++;
        }
        return taken;
    }

    int capacity() {
        return mask + 1;
    }
}
