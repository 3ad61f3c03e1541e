package dev.sluice.delivery.channel;

/**
 * What a protocol keeps of a client with its session: as it is while that is in memory, as text where it is stored. Its
 * protocol reads it again from that. Immutable.
 */
public interface Attributes {

    /** As it is stored. */
    String text();

    /** What was stored. */
    static Attributes of(String text) {
        return new Stored(text);
    }

    /** Not read so far. */
    record Stored(String text) implements Attributes {}
}
