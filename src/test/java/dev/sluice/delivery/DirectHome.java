package dev.sluice.delivery;

import dev.sluice.delivery.session.Home;
import java.util.ArrayDeque;

/**
 * A home without a thread. Either it runs a task at once, or it keeps what comes from elsewhere until a test says so:
 * that is how a test puts an event of an old connection behind the attach of a new one.
 */
public final class DirectHome implements Home {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean queueing;
    private boolean inside;

    /** From now on tasks from elsewhere wait for {@link #runNext()}. */
    public DirectHome queueing() {
        queueing = true;
        return this;
    }

    /** From now on tasks run at once again; what waits has to be run first. */
    public void runsAtOnce() {
        runAll();
        queueing = false;
    }

    @Override
    public void execute(Runnable task) {
        if (inside || !queueing) {
            here(task);
        } else {
            tasks.addLast(task);
        }
    }

    @Override
    public void nextTurn(Runnable task) {
        if (queueing) {
            tasks.addLast(task);
        } else {
            here(task);
        }
    }

    /** Runs a task as one that is already on this context. */
    public void here(Runnable task) {
        boolean before = inside;
        inside = true;
        try {
            task.run();
        } finally {
            inside = before;
        }
    }

    public boolean runNext() {
        Runnable next = tasks.pollFirst();
        if (next == null) {
            return false;
        }
        here(next);
        return true;
    }

    public void runAll() {
        while (runNext()) {}
    }

    /** What a killed process leaves behind. */
    public void dropAll() {
        tasks.clear();
    }
}
