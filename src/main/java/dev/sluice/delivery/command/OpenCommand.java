package dev.sluice.delivery.command;

import org.jspecify.annotations.Nullable;

/** A command that is not closed, as its queue keeps it. */
final class OpenCommand {
    final Command command;
    final CommandMessage message;
    int attempt;
    /** When it was last handed to a transport, milliseconds; meaningful while {@link #holder} is set. */
    long leasedAt;
    /** The replica that has it now; null while it is free. */
    @Nullable
    CommandMailbox holder;
    /**
     * The instance that had it last in this process, so that only that one's cursor settles it. A name and not the
     * mailbox: an agent that comes back after its session ended is the same one.
     */
    @Nullable
    String lastHolder;
    /** The holder's {@link CommandMailbox#exchange} in which it was handed out. */
    long exchange;
    /** Handed to its holder behind a cursor that this one may have had already: no cursor settles it, only its id. */
    boolean behindCursor;

    /** The replica whose lease ran out while its connection stayed: it gets the command again, and nobody else. */
    @Nullable
    CommandMailbox reservedFor;

    boolean acknowledged;

    OpenCommand(Command command) {
        this.command = command;
        this.message = new CommandMessage(command.id(), command.type(), command.payload(), command.createdAt());
        this.attempt = command.attempt();
        this.acknowledged = command.status() == CommandStatus.ACKNOWLEDGED;
    }

    long number() {
        return command.number();
    }
}
