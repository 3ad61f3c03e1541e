package dev.sluice.delivery.channel;

import java.time.Duration;

/** What channels tell of themselves, for metrics. Any thread; must not block, throw or call back. */
public interface ChannelObserver {
    ChannelObserver NONE = new ChannelObserver() {};

    /** Publications were appended. */
    default void appended(int publications, boolean durable) {}

    /** They were refused: too many wait, or they could not be stored. */
    default void refused(int publications) {}

    /** One durable batch was written. */
    default void committed(int publications, Duration took) {}

    /** A client subscribed, and whether all that it asked for came. */
    default void subscribed(boolean recovered) {}

    /** A subscription that was live has to be filled from its history again. */
    default void fellBehind() {}

    /** An unsent zone was full, and that policy was applied. */
    default void overflowed(ChannelPolicy.Overflow policy) {}

    /** A session was made again from its record. */
    default void restored() {}

    /** A channel without subscribers was forgotten to keep to the bound on channels. */
    default void evicted() {}
}
