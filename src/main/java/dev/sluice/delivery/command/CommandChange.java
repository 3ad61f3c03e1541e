package dev.sluice.delivery.command;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of one command since it was last written; null fields are left as they are. Changes of the same command
 * {@linkplain #then merge} so that one batch holds each command once.
 */
public record CommandChange(
        UUID commandId,
        CommandStatus status,
        @Nullable Integer attempt,
        @Nullable Instant deliveredAt,
        @Nullable Instant acknowledgedAt,
        @Nullable Instant finishedAt,
        @Nullable CommandResult result) {

    public static CommandChange delivered(UUID id, int attempt, Instant at) {
        return new CommandChange(id, CommandStatus.DELIVERED, attempt, at, null, null, null);
    }

    public static CommandChange acknowledged(UUID id, Instant at) {
        return new CommandChange(id, CommandStatus.ACKNOWLEDGED, null, null, at, null, null);
    }

    public static CommandChange finished(UUID id, CommandResult result, Instant at) {
        CommandStatus status = result.success() ? CommandStatus.SUCCEEDED : CommandStatus.FAILED;
        return new CommandChange(id, status, null, null, null, at, result);
    }

    public static CommandChange closed(UUID id, CommandStatus status, Instant at) {
        return new CommandChange(id, status, null, null, null, at, null);
    }

    /** This change followed by a later one of the same command. A closed status stands. */
    public CommandChange then(CommandChange later) {
        if (status.closed()) {
            return this;
        }
        return new CommandChange(
                commandId,
                later.status.ordinal() > status.ordinal() ? later.status : status,
                later.attempt != null ? later.attempt : attempt,
                later.deliveredAt != null ? later.deliveredAt : deliveredAt,
                later.acknowledgedAt != null ? later.acknowledgedAt : acknowledgedAt,
                later.finishedAt != null ? later.finishedAt : finishedAt,
                later.result != null ? later.result : result);
    }
}
