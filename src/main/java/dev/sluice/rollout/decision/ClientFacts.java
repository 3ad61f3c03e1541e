package dev.sluice.rollout.decision;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is stated about one client when it is decided. Whoever asks computes the two facts; the decision believes them.
 *
 * @param key the client key that is hashed, the same over every transport
 * @param tokenId the id of the token it came with, null where it came without
 * @param labels what it says of itself, such as {@code environment=staging}
 * @param cannotPoll it said so, was never seen over HTTP, or was refused too often (see the control's refusals)
 * @param tunnel private traffic hangs on its WebSocket: routes or open streams
 */
public record ClientFacts(
        String key, @Nullable String tokenId, Map<String, String> labels, boolean cannotPoll, boolean tunnel) {

    public ClientFacts {
        labels = Map.copyOf(labels);
    }

    /** A client of which nothing but its key is known. */
    public static ClientFacts of(String key) {
        return new ClientFacts(key, null, Map.of(), false, false);
    }
}
