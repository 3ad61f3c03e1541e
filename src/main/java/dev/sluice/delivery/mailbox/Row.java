package dev.sluice.delivery.mailbox;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Messages in one row, oldest first, each to be had by its place. Weighs next to nothing where it never held any. */
final class Row {
    private static final @Nullable Outbound[] NOTHING = {};
    private static final int FIRST_LENGTH = 2;
    /** A row that was longer gives its room back once it is empty: most sessions were behind only once. */
    private static final int KEPT_LENGTH = 64;

    /** A ring; its length is a power of two, or 0. */
    private @Nullable Outbound[] ring = NOTHING;

    private int first;
    private int size;

    int size() {
        return size;
    }

    /** @param place from 0, below {@link #size} */
    Outbound get(int place) {
        Outbound there = ring[index(place)];
        if (place >= size || there == null) {
            throw new IndexOutOfBoundsException(place);
        }
        return there;
    }

    /** @param place one that is taken */
    void set(int place, Outbound instead) {
        ring[index(place)] = instead;
    }

    void add(Outbound last) {
        if (size == ring.length) {
            grow();
        }
        ring[index(size++)] = last;
    }

    Outbound removeFirst() {
        Outbound oldest = get(0);
        ring[first] = null;
        first = index(1);
        size--;
        giveBack();
        return oldest;
    }

    /** Lets go of everything from that place on. */
    void cut(int place) {
        for (int i = place; i < size; i++) {
            ring[index(i)] = null;
        }
        size = place;
        giveBack();
    }

    void forEach(Consumer<Outbound> visitor) {
        for (int i = 0; i < size; i++) {
            visitor.accept(get(i));
        }
    }

    private int index(int place) {
        return first + place & ring.length - 1;
    }

    private void grow() {
        if (size == 0) {
            ring = new @Nullable Outbound[FIRST_LENGTH];
            return;
        }
        @Nullable Outbound[] longer = Arrays.copyOfRange(ring, first, first + size * 2);
        // What stood before the first of them follows it.
        System.arraycopy(ring, 0, longer, size - first, first);
        ring = longer;
        first = 0;
    }

    private void giveBack() {
        if (size == 0 && ring.length > KEPT_LENGTH) {
            ring = NOTHING;
            first = 0;
        }
    }
}
