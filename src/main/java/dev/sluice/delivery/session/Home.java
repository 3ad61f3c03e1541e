package dev.sluice.delivery.session;

/**
 * The one context on which a session, its mailbox and everything else that belongs together is read and written. This
 * is what stands in for locks: whoever comes from elsewhere hands over a task.
 */
public interface Home {

    /**
     * Runs the task on this context: at once where the caller is already there, else after what was handed over
     * before, in order per caller. Never blocks.
     */
    void execute(Runnable task);

    /**
     * Runs the task on this context behind everything that was handed over before, also where the caller is already
     * there: what comes close together is then done together. Never blocks.
     */
    default void later(Runnable task) {
        execute(task);
    }

    /**
     * Goes on with something long: runs the task on this context after everything that waits for it by now, from the
     * network as well. For callers that are on it. Never blocks.
     */
    default void nextTurn(Runnable task) {
        later(task);
    }
}
