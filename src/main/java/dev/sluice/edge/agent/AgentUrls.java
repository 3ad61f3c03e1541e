package dev.sluice.edge.agent;

import dev.sluice.edge.http.ClientOrigin;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The addresses that agents are told. */
final class AgentUrls {
    static final String BASE = "/api/v1/clusters/agent";
    static final String SOCKET = BASE + "/ws";

    private AgentUrls() {}

    /** The socket, naming the agent, so that the upgrade decides as the poll that named it did. */
    static String socket(ClientOrigin origin, String agentId) {
        return origin.webSocketBaseUrl() + SOCKET + "?agent_id=" + URLEncoder.encode(agentId, StandardCharsets.UTF_8);
    }

    /** Where people reach the cluster through its agent. */
    static String tunnel(ClientOrigin origin, UUID clusterId) {
        return origin.baseUrl() + "/api/v1/clusters/" + clusterId + "/proxy";
    }
}
