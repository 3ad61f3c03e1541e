package dev.sluice.edge.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.edge.loop.Deadlines.Deadline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private final List<Timer> timers = new ArrayList<>();
    private final List<String> done = new ArrayList<>();
    private long millis;
    private final Deadlines deadlines = new Deadlines(
            (after, task) -> timers.add(new Timer(millis + after, task)), () -> TimeUnit.MILLISECONDS.toNanos(millis));

    private record Timer(long at, Runnable task) {}

    private Deadline in(int seconds, String name) {
        return deadlines.in(seconds, () -> done.add(name));
    }

    /** Time passes, and what comes due meanwhile runs at its moment. */
    private void pass(long more) {
        long end = millis + more;
        for (Timer next = soonest(end); next != null; next = soonest(end)) {
            millis = next.at();
            timers.remove(next);
            next.task().run();
        }
        millis = end;
    }

    private Timer soonest(long end) {
        return timers.stream()
                .filter(timer -> timer.at() <= end)
                .min(Comparator.comparingLong(Timer::at))
                .orElse(null);
    }

    @Test
    void comeDueEachInItsTurn() {
        in(3, "three");
        in(1, "one");
        pass(500);
        in(1, "one, later");
        pass(499);
        assertEquals(List.of(), done);
        pass(2);
        assertEquals(List.of("one"), done);
        pass(500);
        assertEquals(List.of("one", "one, later"), done);
        pass(1_500);
        assertEquals(List.of("one", "one, later", "three"), done);
    }

    @Test
    void whatIsLiftedDoesNotCome() {
        Deadline first = in(2, "first");
        pass(100);
        Deadline second = in(2, "second");
        pass(100);
        in(2, "third");
        first.lift();
        second.lift();
        second.lift();
        pass(2_000);
        assertEquals(List.of(), done, "the timer of the first says nothing of the third");
        pass(1);
        assertEquals(List.of("third"), done);
    }

    @Test
    void oneTimerServesAllOfALength() {
        for (int i = 0; i < 100; i++) {
            Deadline each = in(5, "lifted");
            if (i % 10 > 0) {
                each.lift();
            }
        }
        assertEquals(1, timers.size());
        pass(6_000);
        assertEquals(10, done.size());
        assertEquals(0, timers.size(), "nothing waits, and no timer runs");
        in(5, "afterwards");
        pass(5_001);
        assertEquals(11, done.size());
    }

    @Test
    void aTaskMayLiftItsNeighbourAndSetAnother() {
        Deadline[] neighbour = new Deadline[1];
        deadlines.in(1, () -> {
            done.add("first");
            neighbour[0].lift();
            in(1, "again");
        });
        neighbour[0] = in(1, "neighbour");
        pass(1_001);
        assertEquals(List.of("first"), done);
        pass(1_001);
        assertEquals(List.of("first", "again"), done);
    }
}
