package dev.sluice.protocol.agent;

import dev.sluice.fleet.Presence;
import java.util.UUID;

/**
 * An agent that is registered and may be served over WebSocket.
 *
 * @param baseUrl {@code http(s)://host[:port]} under which it found us; many agents share it
 */
public record Registered(Presence presence, String instanceId, String baseUrl) {

    /** Where people reach a cluster through its agent. */
    public static String tunnelUrl(String baseUrl, UUID clusterId) {
        return baseUrl + "/api/v1/clusters/" + clusterId + "/proxy";
    }

    /** The same of this one. Made when asked for, which is once a registration. */
    public String tunnelUrl() {
        return tunnelUrl(baseUrl, presence.clusterId());
    }
}
