package dev.sluice.observe;

import io.micrometer.core.instrument.Counter;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * One counter for each word of a closed list and one, {@code other}, for whatever else is said: a label stays bounded
 * whatever its callers do. All exist from the start with 0, because a rate over an absent series is no alarm.
 */
final class WordCounters {
    static final String OTHER = "other";

    private final Map<String, Counter> counters = new HashMap<>();
    private final Counter other;

    WordCounters(Collection<String> words, Function<String, Counter> counterOf) {
        for (String word : words) {
            counters.put(word, counterOf.apply(word));
        }
        other = counterOf.apply(OTHER);
    }

    void countIfKnown(String word) {
        Counter counter = counters.get(word);
        if (counter != null) {
            counter.increment();
        }
    }

    void count(String word) {
        counters.getOrDefault(word, other).increment();
    }
}
