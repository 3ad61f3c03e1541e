package dev.sluice.delivery.command;

/** What becomes of commands, told as it happens, for metrics. Any thread; must not block or throw. */
public interface CommandObserver {
    CommandObserver NONE = new CommandObserver() {};

    /** A new command is durable; a repeated idempotency key makes none. */
    default void accepted() {}

    /** A command came to another status, or was handed out again; not durable yet. */
    default void changed(CommandChange change) {}
}
