package dev.sluice.rollout.evidence;

/** Open attempts in the order in which they began, which is the order of their deadlines. Bounded. One thread. */
final class PendingAttempts {
    private static final int FIRST_CAPACITY = 1 << 10;

    private final int limit;
    private long[] clients = new long[FIRST_CAPACITY];
    private long[] starts = new long[FIRST_CAPACITY];
    private int head;
    private int size;

    PendingAttempts(int limit) {
        this.limit = limit;
    }

    boolean full() {
        return size >= limit;
    }

    int size() {
        return size;
    }

    void add(long client, long start) {
        if (size == clients.length) {
            grow();
        }
        int at = head + size & clients.length - 1;
        clients[at] = client;
        starts[at] = start;
        size++;
    }

    private void grow() {
        long[] moreClients = new long[clients.length * 2];
        long[] moreStarts = new long[moreClients.length];
        for (int i = 0; i < size; i++) {
            int at = head + i & clients.length - 1;
            moreClients[i] = clients[at];
            moreStarts[i] = starts[at];
        }
        clients = moreClients;
        starts = moreStarts;
        head = 0;
    }

    /** Whether the first began at or before {@code time}. */
    boolean dueBy(long time) {
        return size > 0 && starts[head] <= time;
    }

    long firstClient() {
        return clients[head];
    }

    long firstStart() {
        return starts[head];
    }

    void removeFirst() {
        head = head + 1 & clients.length - 1;
        size--;
    }
}
