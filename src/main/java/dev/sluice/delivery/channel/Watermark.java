package dev.sluice.delivery.channel;

/**
 * How far the broker has got, over all channels: everything up to these positions was given to every hub. Volatile and
 * durable publications are numbered by one rising counter, but a durable one is given out only once it is stored, while
 * volatile ones go ahead; so each kind has its own mark, and each mark only rises.
 *
 * @param volatilePosition of channels whose history is in memory; means nothing after a restart
 * @param durablePosition of channels whose history is stored
 */
public record Watermark(long volatilePosition, long durablePosition) {
    public static final Watermark NONE = new Watermark(0, 0);

    /** The higher of both, each kind by itself: one of the two where that one has them. */
    Watermark max(Watermark other) {
        if (volatilePosition <= other.volatilePosition && durablePosition <= other.durablePosition) {
            return other;
        }
        if (volatilePosition >= other.volatilePosition && durablePosition >= other.durablePosition) {
            return this;
        }
        return new Watermark(
                Math.max(volatilePosition, other.volatilePosition), Math.max(durablePosition, other.durablePosition));
    }

    /** The position of one kind. */
    long of(boolean durable) {
        return durable ? durablePosition : volatilePosition;
    }

    /** A mark that says something of one kind only. */
    static Watermark of(boolean durable, long position) {
        return durable ? new Watermark(0, position) : new Watermark(position, 0);
    }
}
