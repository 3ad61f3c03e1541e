package dev.sluice.delivery.command;

import java.util.Arrays;
import java.util.UUID;

/**
 * The ids of the commands that were closed last, up to a bound beyond which the oldest is forgotten. As plain numbers,
 * since every agent that ever got commands has one of these: nothing before the first, 16 bytes an id from then on. It is
 * asked for what is not open only, which is rare, so a walk will do.
 */
final class LatelyClosed {
    static final int KEPT = 256;

    private static final int LONGS = 2;
    private static final int ROOM_AT_FIRST = 8;
    private static final long[] NONE = {};

    /** Two for each id. Grows to its bound, then the newest takes the place of the oldest. */
    private long[] ids = NONE;

    private int used;
    private int next;

    void add(UUID id) {
        if (used == ids.length && used < KEPT * LONGS) {
            ids = Arrays.copyOf(ids, Math.min(KEPT * LONGS, Math.max(ROOM_AT_FIRST * LONGS, used * 2)));
        }
        ids[next] = id.getMostSignificantBits();
        ids[next + 1] = id.getLeastSignificantBits();
        next = (next + LONGS) % (KEPT * LONGS);
        used = Math.max(used, next == 0 ? KEPT * LONGS : next);
    }

    boolean contains(UUID id) {
        for (int i = 0; i < used; i += LONGS) {
            if (ids[i] == id.getMostSignificantBits() && ids[i + 1] == id.getLeastSignificantBits()) {
                return true;
            }
        }
        return false;
    }
}
