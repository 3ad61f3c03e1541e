package dev.sluice.delivery.command;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an agent reported of a command.
 *
 * @param output JSON text of whatever it sent, or null
 * @param metadata JSON text, or null
 * @param reportedAt the agent's own time, or null where it named none
 */
public record CommandResult(
        boolean success,
        @Nullable String output,
        @Nullable String error,
        @Nullable String metadata,
        @Nullable Instant reportedAt) {}
