package dev.sluice.rollout.evidence;

/**
 * What is remembered of each client, as rows of plain numbers: one cache line each, found by open addressing. Grows up
 * to its limit; beyond that a newcomer takes the place of whoever was not heard of the longest among some that are
 * looked at in turn. One thread.
 *
 * <p>A row is an offset that is good until the next {@link #add}. Columns are 32 bits wide but for key and address.
 */
final class ClientTable {
    private static final int COLUMNS = 8;
    private static final int KEY = 0;
    private static final int ADDRESS = 1;
    private static final int FIRST_ROWS = 1 << 10;

    /** Rows that are looked at for the one to give up: enough that it is old, few enough to cost little. */
    private static final int LOOKED_AT = 16;

    /** A column of 32 bits: two of them share a long. */
    enum Column {
        FLAGS,
        TOUCHED,
        STARTED,
        VOTED,
        VOTER_EPOCH,
        IGNORED,
        FAULTED,
        LOST,
        LOST_BEFORE,
        POLLED,
        POLL_VOTED,
        POLL_VOTER_EPOCH;

        private final int cell = ADDRESS + 1 + ordinal() / 2;
        private final int shift = ordinal() % 2 * Integer.SIZE;
    }

    private final int maxRows;
    private long[] rows;
    private int mask;
    private int size;
    private int hand;
    private long evicted;

    ClientTable(int maxRows) {
        this.maxRows = maxRows;
        rows = new long[FIRST_ROWS * COLUMNS];
        mask = FIRST_ROWS - 1;
    }

    int size() {
        return size;
    }

    long evicted() {
        return evicted;
    }

    /** The client's row, -1 where it has none. */
    int find(long key) {
        int slot = home(key);
        while (true) {
            long there = rows[slot * COLUMNS];
            if (there == key) {
                return slot * COLUMNS;
            }
            if (there == 0) {
                return -1;
            }
            slot = slot + 1 & mask;
        }
    }

    /** A new row, all zero but for its key. */
    int add(long key) {
        if (size >= maxRows) {
            evictOne();
        } else if ((size + 1) * 4 > (mask + 1) * 3) {
            grow();
        }
        int slot = freeSlot(key);
        rows[slot * COLUMNS] = key;
        size++;
        return slot * COLUMNS;
    }

    private int home(long key) {
        return (int) (key ^ key >>> Integer.SIZE) & mask;
    }

    private int freeSlot(long key) {
        int slot = home(key);
        while (rows[slot * COLUMNS] != 0) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        long[] old = rows;
        rows = new long[old.length * 2];
        mask = rows.length / COLUMNS - 1;
        for (int row = 0; row < old.length; row += COLUMNS) {
            if (old[row] != 0) {
                System.arraycopy(old, row, rows, freeSlot(old[row]) * COLUMNS, COLUMNS);
            }
        }
    }

    /** Clients that are connected now are asked to go last: they are no strangers. */
    private void evictOne() {
        int worst = -1;
        long worstAge = Long.MIN_VALUE;
        for (int looked = 0; looked < LOOKED_AT; hand = hand + 1 & mask) {
            int row = hand * COLUMNS;
            if (rows[row] == 0) {
                continue;
            }
            looked++;
            long age = (connected(row) ? Long.MIN_VALUE / 2 : 0) - get(row, Column.TOUCHED);
            if (age > worstAge) {
                worst = row;
                worstAge = age;
            }
        }
        remove(worst);
        evicted++;
    }

    private boolean connected(int row) {
        return Flags.live(get(row, Column.FLAGS)) > 0;
    }

    /** Closes the gap, so that nobody behind it is looked for in vain. */
    private void remove(int row) {
        if (connected(row)) {
            lostConnected++;
        }
        int gap = row / COLUMNS;
        for (int slot = gap + 1 & mask; rows[slot * COLUMNS] != 0; slot = slot + 1 & mask) {
            int home = home(rows[slot * COLUMNS]);
            if ((slot - home & mask) >= (slot - gap & mask)) {
                System.arraycopy(rows, slot * COLUMNS, rows, gap * COLUMNS, COLUMNS);
                gap = slot;
            }
        }
        java.util.Arrays.fill(rows, gap * COLUMNS, (gap + 1) * COLUMNS, 0);
        size--;
    }

    private int lostConnected;

    /** How many that counted as connected were evicted since this was asked the last time. */
    int takeLostConnected() {
        int lost = lostConnected;
        lostConnected = 0;
        return lost;
    }

    long address(int row) {
        return rows[row + ADDRESS];
    }

    void address(int row, long address) {
        rows[row + ADDRESS] = address;
    }

    int get(int row, Column column) {
        return (int) (rows[row + column.cell] >>> column.shift);
    }

    void set(int row, Column column, int value) {
        int cell = row + column.cell;
        long others = rows[cell] & ~(0xffff_ffffL << column.shift);
        rows[cell] = others | (value & 0xffff_ffffL) << column.shift;
    }

    int flags(int row) {
        return get(row, Column.FLAGS);
    }

    /** Raises that flag. */
    void flag(int row, int flag) {
        set(row, Column.FLAGS, flags(row) | flag);
    }

    /** Where its attempt stands. */
    int phase(int row) {
        return Flags.phase(flags(row));
    }

    /** What fits into one number: the attempt's phase, and what is known of the client. */
    static final class Flags {
        static final int NO_ATTEMPT = 0;
        static final int OFFERED = 1;
        static final int TRIED = 2;
        static final int WORKED = 3;
        static final int FAILED = 4;
        static final int REPORTED_FAILED = 5;
        private static final int PHASE = 0x7;

        /** It was offered WebSocket in a poll's answer, and so stays on polling where it does not try. */
        static final int ON_POLLING = 1 << 3;

        static final int ABLE = 1 << 4;

        /** A connection told of itself during this attempt. */
        static final int ASKED = 1 << 5;

        /** The attempt began with an upgrade on offer. */
        static final int UPGRADE = 1 << 6;

        private static final int GROUP_SHIFT = 8;
        private static final int LIVE_SHIFT = 16;
        private static final int MAX_LIVE = 0x7fff;

        private Flags() {}

        static int phase(int flags) {
            return flags & PHASE;
        }

        static int withPhase(int flags, int phase) {
            return flags & ~PHASE | phase;
        }

        static int group(int flags) {
            return flags >>> GROUP_SHIFT & 0xff;
        }

        static int withGroup(int flags, int group) {
            return flags & ~(0xff << GROUP_SHIFT) | group << GROUP_SHIFT;
        }

        /** Connections that work now. */
        static int live(int flags) {
            return flags >>> LIVE_SHIFT;
        }

        static int withLive(int flags, int live) {
            return flags & 0xffff | Math.max(0, Math.min(MAX_LIVE, live)) << LIVE_SHIFT;
        }
    }
}
