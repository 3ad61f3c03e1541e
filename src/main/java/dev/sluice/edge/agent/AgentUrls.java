package dev.sluice.edge.agent;

import dev.sluice.edge.http.ClientOrigin;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The addresses that agents are told. */
final class AgentUrls {
    static final String BASE = "/api/v1/clusters/agent";
    static final String SOCKET = BASE + "/ws";

    private AgentUrls() {}

    /** The socket, naming the agent, so that the upgrade decides as the poll that named it did. */
    static String socket(ClientOrigin origin, String agentId) {
        return origin.webSocketBaseUrl() + SOCKET + "?agent_id=" + URLEncoder.encode(agentId, StandardCharsets.UTF_8);
    }
}
