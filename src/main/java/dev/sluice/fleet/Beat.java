package dev.sluice.fleet;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What has been heard of a cluster since the last batch was written. */
public record Beat(UUID clusterId, Instant lastSeenAt, @Nullable Instant lastHttpAt, boolean settlesCommands) {}
