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
    /** Behind which offset a channel may be replayed to a client that has it: that was asked for, and answered. */
    final Map<String, Long> replays = new HashMap<>();

    /** Channels that were said to have lost something, each with the last request that was asked by then. */
    final Map<String, Integer> lost = new HashMap<>();

    ChannelView copy() {
        ChannelView copy = new ChannelView();
        copy.channels.putAll(channels);
        copy.answered.addAll(answered);
        copy.gaps.putAll(gaps);
        copy.replays.putAll(replays);
        copy.lost.putAll(lost);
        return copy;
    }
}
