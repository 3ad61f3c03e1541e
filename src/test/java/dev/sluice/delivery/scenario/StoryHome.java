package dev.sluice.delivery.scenario;

import dev.sluice.delivery.session.Home;
import java.util.ArrayDeque;

/** An event loop in slow motion: what is handed over waits, in order, until the story lets it run. */
final class StoryHome implements Home {
    final String name;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean inside;

    StoryHome(String name) {
        this.name = name;
    }

    @Override
    public void execute(Runnable task) {
        if (inside) {
            task.run();
        } else {
            tasks.addLast(task);
        }
    }

    @Override
    public void later(Runnable task) {
        tasks.addLast(task);
    }

    /** Runs a task as one of this loop's own. */
    void here(Runnable task) {
        boolean before = inside;
        inside = true;
        try {
            task.run();
        } finally {
            inside = before;
        }
    }

    boolean runNext() {
        Runnable next = tasks.pollFirst();
        if (next == null) {
            return false;
        }
        here(next);
        return true;
    }

    /** What a killed process leaves behind. */
    void dropAll() {
        tasks.clear();
    }
}
