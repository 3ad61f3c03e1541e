package dev.sluice.delivery.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Where a story takes its chances from, and what it has done so far: a failure tells it step by step. */
final class Script {
    private final String title;
    private final Random random;
    private final List<String> told = new ArrayList<>();

    /** The title names the seed, so that a failure can be played again. */
    Script(String title, long seed) {
        this.title = title + " seed " + seed;
        this.random = new Random(title.hashCode() * 31L + seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    long upTo(long bound) {
        return bound <= 0 ? 0 : random.nextLong(bound + 1);
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    @SafeVarargs
    final <T> T oneOf(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    void say(String line, Object... values) {
        told.add(values.length == 0 ? line : line.formatted(values));
    }

    void check(boolean holds, String promise, Object... values) {
        if (!holds) {
            throw failed(values.length == 0 ? promise : promise.formatted(values), null);
        }
    }

    AssertionError failed(String what, Throwable cause) {
        StringBuilder story = new StringBuilder("broken promise: ")
                .append(what)
                .append("\nin ")
                .append(title);
        for (int i = 0; i < told.size(); i++) {
            story.append("\n  ").append(i + 1).append(". ").append(told.get(i));
        }
        return new AssertionError(story.toString(), cause);
    }
}
