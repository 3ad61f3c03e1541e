package dev.sluice.delivery.scenario;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What a client knows at one cursor: how far it is in each channel, and which of its requests are answered. */
final class ChannelView {
    /** A place in one channel. */
    record At(String epoch, long offset) {}

    final Map<String, At> channels = new HashMap<>();
    final Set<String> answered = new HashSet<>();
    /** Up to where events of a channel were said to be dropped. */
    final Map<String, Long> gaps = new HashMap<>();

    ChannelView copy() {
        ChannelView copy = new ChannelView();
        copy.channels.putAll(channels);
        copy.answered.addAll(answered);
        copy.gaps.putAll(gaps);
        return copy;
    }
}
