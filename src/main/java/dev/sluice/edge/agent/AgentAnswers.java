package dev.sluice.edge.agent;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.core.Mode;
import dev.sluice.core.Payload;
import dev.sluice.delivery.session.Batch;
import dev.sluice.edge.gate.Serving;
import dev.sluice.edge.http.ClientOrigin;
import dev.sluice.fleet.Cluster;
import dev.sluice.fleet.Presence;
import dev.sluice.protocol.agent.AgentCursor;
import dev.sluice.protocol.agent.AgentFrames;
import dev.sluice.protocol.agent.Registered;
import dev.sluice.protocol.json.JsonFrames;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** The bodies of the agents' HTTP answers. */
final class AgentAnswers {
    private AgentAnswers() {}

    static Payload registered(Registered registered, Serving serving, ClientOrigin origin) {
        Cluster cluster = registered.presence().cluster();
        return JsonFrames.bytes(out -> {
            out.writeBooleanField("success", true);
            out.writeStringField("message", "Agent registered.");
            AgentFrames.writeRegistered(out, registered);
            out.writeObjectFieldStart("cluster");
            writeCluster(out, cluster);
            out.writeEndObject();
            writeMode(out, cluster, serving, origin);
        });
    }

    /** The fields of a cluster as every listing shows them. */
    static void writeCluster(JsonGenerator out, Cluster cluster) throws IOException {
        out.writeStringField("id", cluster.id().toString());
        out.writeStringField("uuid", cluster.id().toString());
        out.writeStringField("name", cluster.name());
        out.writeStringField("status", "registered");
        out.writeStringField("agent_id", cluster.agentId());
        out.writeNumberField("workspace_id", cluster.workspaceId());
        out.writeStringField("registered_at", cluster.registeredAt().toString());
    }

    static Payload heartbeat(Presence agent, Serving serving, ClientOrigin origin, Instant now) {
        return JsonFrames.bytes(out -> {
            out.writeBooleanField("success", true);
            out.writeStringField("received_at", now.toString());
            writeMode(out, agent.cluster(), serving, origin);
        });
    }

    static Payload tunnelInfo(Presence agent, boolean connected, Serving serving, ClientOrigin origin) {
        return JsonFrames.bytes(out -> {
            out.writeBooleanField("success", true);
            out.writeStringField("cluster_id", agent.clusterId().toString());
            out.writeStringField("cluster_uuid", agent.clusterId().toString());
            out.writeStringField("tunnel_url", Registered.tunnelUrl(origin.baseUrl(), agent.clusterId()));
            out.writeStringField("tunnel_status", connected ? "connected" : "disconnected");
            writeMode(out, agent.cluster(), serving, origin);
        });
    }

    static Payload poll(Presence agent, Batch batch, Serving serving, ClientOrigin origin, Duration interval) {
        return JsonFrames.bytes(out -> {
            out.writeArrayFieldStart("commands");
            for (Payload command : batch.frames()) {
                out.writeRawValue(command.asString());
            }
            out.writeEndArray();
            out.writeStringField("cursor", AgentCursor.write(agent.clusterId(), batch.cursor()));
            writeMode(out, agent.cluster(), serving, origin);
            out.writeNumberField("poll_interval_seconds", interval.toSeconds());
        });
    }

    private static void writeMode(JsonGenerator out, Cluster cluster, Serving serving, ClientOrigin origin)
            throws IOException {
        boolean webSocket = serving.mode() == Mode.WEBSOCKET;
        out.writeStringField("mode", serving.mode().wire());
        out.writeBooleanField("websocket_available", webSocket);
        out.writeStringField("websocket_url", AgentUrls.socket(origin, cluster.agentId()));
        out.writeBooleanField("fallback_mode", !webSocket);
    }
}
