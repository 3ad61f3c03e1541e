package dev.sluice.fleet;

import java.util.Map;

/**
 * What an agent says of itself when it registers, over either transport.
 *
 * @param labels what overrides may select by, e.g. {@code environment=staging}
 * @param details the rest of the payload as JSON text, kept for people to look at
 */
public record Registration(
        int workspaceId,
        String agentId,
        String name,
        AgentFeatures features,
        Map<String, String> labels,
        String details) {

    public Registration {
        labels = Map.copyOf(labels);
    }
}
