package dev.sluice.edge.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.sluice.delivery.command.Command;
import dev.sluice.delivery.command.CommandResult;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A command as operators see it. Times are null until they happened, the result until there is one. */
record CommandDocument(
        UUID id,
        @JsonProperty("cluster_id") UUID clusterId,
        long number,
        String type,
        @JsonRawValue String payload,
        String status,
        int attempt,
        @JsonProperty("created_at") Instant createdAt,
        @JsonProperty("expires_at") Instant expiresAt,
        @JsonProperty("delivered_at") @Nullable Instant deliveredAt,
        @JsonProperty("acknowledged_at") @Nullable Instant acknowledgedAt,
        @JsonProperty("finished_at") @Nullable Instant finishedAt,
        @Nullable Result result) {

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Result(
            boolean success,
            @JsonRawValue @Nullable String output,
            @Nullable String error,
            @JsonRawValue @Nullable String metadata,
            @Nullable Instant timestamp) {
        static @Nullable Result of(@Nullable CommandResult result) {
            return result == null
                    ? null
                    : new Result(
                            result.success(), result.output(), result.error(), result.metadata(), result.reportedAt());
        }
    }

    static CommandDocument of(Command command) {
        return new CommandDocument(
                command.id(),
                command.clusterId(),
                command.number(),
                command.type(),
                command.payload(),
                command.status().wire(),
                command.attempt(),
                command.createdAt(),
                command.expiresAt(),
                command.deliveredAt(),
                command.acknowledgedAt(),
                command.finishedAt(),
                Result.of(command.result()));
    }
}
