package dev.sluice.store;

import dev.sluice.delivery.command.Command;
import dev.sluice.delivery.command.CommandResult;
import dev.sluice.delivery.command.CommandStatus;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Read as an entity, written by statements: acceptance takes a number, changes come in batches. */
@Entity
@Table(name = "command")
class CommandRow {
    @Id
    UUID id;

    @Column(name = "cluster_id")
    UUID clusterId;

    long number;

    @Column(columnDefinition = "text")
    String type;

    @Column(columnDefinition = "text")
    String payload;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "expires_at")
    Instant expiresAt;

    @Column(columnDefinition = "text")
    String status;

    int attempt;

    @Column(name = "delivered_at")
    @Nullable
    Instant deliveredAt;

    @Column(name = "acknowledged_at")
    @Nullable
    Instant acknowledgedAt;

    @Column(name = "finished_at")
    @Nullable
    Instant finishedAt;

    /** Null while no result has come; a command may be closed without one. */
    @Nullable
    Boolean success;

    @Column(columnDefinition = "text")
    @Nullable
    String output;

    @Column(columnDefinition = "text")
    @Nullable
    String error;

    @Column(columnDefinition = "text")
    @Nullable
    String metadata;

    @Column(name = "reported_at")
    @Nullable
    Instant reportedAt;

    Command toCommand() {
        return new Command(
                id,
                clusterId,
                number,
                type,
                payload,
                createdAt,
                expiresAt,
                CommandStatus.valueOf(status.toUpperCase(Locale.ROOT)),
                attempt,
                deliveredAt,
                acknowledgedAt,
                finishedAt,
                success == null ? null : new CommandResult(success, output, error, metadata, reportedAt));
    }
}
