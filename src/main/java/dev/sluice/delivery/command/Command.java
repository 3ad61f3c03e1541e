package dev.sluice.delivery.command;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One order to one cluster's agent.
 *
 * @param number its place among the cluster's commands: 1, 2, 3 … without gaps, in order of acceptance. First
 *     deliveries follow it, and poll cursors are made of it
 * @param payload JSON text, exactly as accepted
 * @param attempt deliveries so far
 */
public record Command(
        UUID id,
        UUID clusterId,
        long number,
        String type,
        String payload,
        Instant createdAt,
        Instant expiresAt,
        CommandStatus status,
        int attempt,
        @Nullable Instant deliveredAt,
        @Nullable Instant acknowledgedAt,
        @Nullable Instant finishedAt,
        @Nullable CommandResult result) {}
