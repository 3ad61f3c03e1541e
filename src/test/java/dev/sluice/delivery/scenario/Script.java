package dev.sluice.delivery.scenario;

import dev.sluice.core.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Where a story takes its chances from, and what it has done so far: a failure tells it step by step. */
final class Script {
    private final String title;
    private final Random random;
    /** For what does not change how the story goes on, only what happens beneath it. */
    private final boolean shortTurns;

    private final List<Told> told = new ArrayList<>();

    private AssertionError first;

    private record Told(String line, Object[] values) {
        @Override
        public String toString() {
            return line.formatted(values);
        }
    }

    /** Frames as a failure shows them. */
    record Frames(List<Payload> frames) {
        @Override
        public String toString() {
            return frames.stream()
                    .map(Payload::asString)
                    .map(frame -> frame.replaceFirst("[0-9a-f]{8}-[-0-9a-f]{27}", ""))
                    .toList()
                    .toString();
        }
    }

    /** The title names the seed, so that a failure can be played again. */
    Script(String title, long seed) {
        this.title = title + " seed " + seed;
        this.shortTurns = seed % 4 == 3;
        this.random = new Random(title.hashCode() * 31L + seed);
    }

    /** Sessions that a hub sends something before the loop goes on with other things: in every fourth story one. */
    int perTurn() {
        return shortTurns ? 1 : 1_024;
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

    /** Formatted only when the story has to be told: there are many of them, and nearly all end well. */
    void say(String line, Object... values) {
        told.add(new Told(line, values));
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
        AssertionError failure = new AssertionError(story.toString(), cause);
        first = first == null ? failure : first;
        return failure;
    }

    /** Tells a failure that came up inside a callback whose caller swallows errors. */
    void failIfBroken() {
        if (first != null) {
            throw first;
        }
    }
}
