package dev.sluice.fleet;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One registered cluster, which is one agent identity: {@code (workspaceId, agentId)} names it for good, and so does
 * {@code id}.
 *
 * @param lastSeenAt last heard from over any transport, as far as it was written
 * @param lastHttpAt last heard from over the HTTP endpoints, null if never
 * @param settlesCommands whether the agent ever acknowledged a command by itself ({@code after}, ack or result); one
 *     that never did acknowledges by its next poll
 */
public record Cluster(
        UUID id,
        int workspaceId,
        String agentId,
        String name,
        AgentFeatures features,
        Map<String, String> labels,
        Instant registeredAt,
        @Nullable Instant lastSeenAt,
        @Nullable Instant lastHttpAt,
        boolean settlesCommands) {

    public Cluster {
        labels = shared(labels);
    }

    /** Many clusters have the same few labels, and all of them are in memory: one copy of each word will do. */
    private static Map<String, String> shared(Map<String, String> labels) {
        return labels.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(label -> label.getKey().intern(), label -> label.getValue()
                        .intern()));
    }
}
