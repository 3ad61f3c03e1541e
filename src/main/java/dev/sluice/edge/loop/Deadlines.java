package dev.sluice.edge.loop;

import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Deadlines of requests that wait, in whole seconds. Those of one length come due in the order in which they were set, so
 * that one timer does for all of a length on an event loop: setting and lifting one is a link in a list, where a timer of
 * its own would cost as much as reading the request.
 */
public final class Deadlines {
    /** The longest that may be set. */
    private static final int LONGEST_SECONDS = 60;

    private final Map<Thread, Row[]> loops = new ConcurrentHashMap<>();
    private final Timers timers;
    private final LongSupplier nanos;

    /** Runs a task on the event loop that asks, after that time at the earliest. */
    @FunctionalInterface
    interface Timers {
        void after(long millis, Runnable task);
    }

    public Deadlines(Vertx vertx) {
        this((millis, task) -> vertx.setTimer(millis, fired -> task.run()), System::nanoTime);
    }

    /** @param nanos a clock that only goes forward */
    Deadlines(Timers timers, LongSupplier nanos) {
        this.timers = timers;
        this.nanos = nanos;
    }

    /**
     * Runs the task after that time, not before, unless it is {@linkplain Deadline#lift lifted}. On an event loop; the
     * task runs there as well, and so has it to be lifted.
     */
    public Deadline in(int seconds, Runnable task) {
        Row[] rows = loops.computeIfAbsent(Thread.currentThread(), loop -> new Row[LONGEST_SECONDS + 1]);
        Row row = rows[seconds];
        if (row == null) {
            row = new Row();
            rows[seconds] = row;
        }
        Deadline deadline = new Deadline(row, nanos.getAsLong() + TimeUnit.SECONDS.toNanos(seconds), task);
        row.add(deadline);
        return deadline;
    }

    /** One of them. */
    public static final class Deadline {
        private final Row row;
        private final long at;
        private final Runnable task;
        private @Nullable Deadline before;
        private @Nullable Deadline next;
        private boolean over;

        private Deadline(Row row, long at, Runnable task) {
            this.row = row;
            this.at = at;
            this.task = task;
        }

        /** It does not come any more; again, or when it has come, changes nothing. */
        public void lift() {
            if (!over) {
                row.remove(this);
            }
        }
    }

    /** Those of one length on one event loop, the first to come due first. */
    private final class Row {
        private @Nullable Deadline first;
        private @Nullable Deadline last;
        private boolean timed;

        void add(Deadline deadline) {
            Deadline end = last;
            deadline.before = end;
            last = deadline;
            if (end == null) {
                first = deadline;
            } else {
                end.next = deadline;
            }
            if (!timed) {
                timed = true;
                lookAgain(deadline);
            }
        }

        void remove(Deadline deadline) {
            deadline.over = true;
            Deadline before = deadline.before;
            Deadline next = deadline.next;
            if (before == null) {
                first = next;
            } else {
                before.next = next;
            }
            if (next == null) {
                last = before;
            } else {
                next.before = before;
            }
            // Whoever still holds it must not hold its neighbours.
            deadline.before = null;
            deadline.next = null;
        }

        /** The timer was set for one that may be lifted by now: it is set again for the one that is the first then. */
        private void lookAgain(Deadline soonest) {
            long left = Math.max(0, soonest.at - nanos.getAsLong());
            timers.after(TimeUnit.NANOSECONDS.toMillis(left) + 1, this::look);
        }

        private void look() {
            long now = nanos.getAsLong();
            for (Deadline due = first; due != null && due.at - now <= 0; due = first) {
                remove(due);
                due.task.run();
            }
            Deadline soonest = first;
            if (soonest == null) {
                timed = false;
            } else {
                lookAgain(soonest);
            }
        }
    }
}
