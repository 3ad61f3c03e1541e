package dev.sluice.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One agent, over either transport, with an id that no other test has. Closes the sockets that it opened. */
public final class TestAgent implements AutoCloseable {
    public static final String BASE = "/api/v1/clusters/agent";

    private final URI gateway;
    private final String token;
    private final Api api;
    private final Map<String, Object> registration = new LinkedHashMap<>();
    private final List<AgentSocketClient> sockets = new ArrayList<>();
    private @Nullable String clusterId;

    public TestAgent(URI gateway, String token) {
        this(gateway, token, "agent-" + UUID.randomUUID());
    }

    public TestAgent(URI gateway, String token, String agentId) {
        this.gateway = gateway;
        this.token = token;
        this.api = new Api(gateway, token);
        registration.put("agent_id", agentId);
        registration.put("name", "name of " + agentId);
    }

    public TestAgent with(String field, Object value) {
        registration.put(field, value);
        return this;
    }

    public TestAgent features(Map<String, Boolean> features) {
        return with("features", features);
    }

    public String agentId() {
        return String.valueOf(registration.get("agent_id"));
    }

    public String token() {
        return token;
    }

    public Api api() {
        return api;
    }

    public Map<String, Object> registration() {
        return registration;
    }

    public String clusterId() {
        if (clusterId == null) {
            throw new IllegalStateException("not registered");
        }
        return clusterId;
    }

    // --- over HTTP ---

    /** Registers over HTTP and remembers the cluster's id. */
    public TestAgent register() {
        JsonNode answer = api.post(BASE + "/register", registration).json(200);
        clusterId = answer.path("cluster_id").asText();
        return this;
    }

    public String path(String below) {
        return "%s/%s/%s".formatted(BASE, clusterId(), below);
    }

    /** @param query with its question mark, or empty */
    public Reply poll(String query) {
        return api.get(path("poll" + query));
    }

    public CompletableFuture<Reply> pollLater(String query) {
        return api.getLater(path("poll" + query));
    }

    /** A poll that is known to wait: of two, the one that the other did not answer. */
    public CompletableFuture<Reply> parkedPoll() {
        CompletableFuture<Reply> one = pollLater("?wait=60");
        CompletableFuture<Reply> two = pollLater("?wait=60");
        CompletableFuture.anyOf(one, two).orTimeout(20, TimeUnit.SECONDS).join();
        return one.isDone() ? two : one;
    }

    public Reply acknowledge(String commandId) {
        return api.post(path("commands/%s/ack".formatted(commandId)), Map.of());
    }

    public Reply finish(String commandId, Map<String, ?> result) {
        return api.post(path("commands/%s/result".formatted(commandId)), result);
    }

    // --- over WebSocket ---

    /** Opens a socket that names the agent; nothing is sent on it. */
    public AgentSocketClient open() {
        return open("?agent_id=" + URLEncoder.encode(agentId(), StandardCharsets.UTF_8));
    }

    public AgentSocketClient open(String query) {
        AgentSocketClient socket = AgentSocketClient.open(gateway, AgentSocketClient.PATH + query, token);
        sockets.add(socket);
        return socket;
    }

    /** Opens a socket and registers on it. */
    public AgentSocketClient connect() {
        return register(open());
    }

    /** The same as one of several replicas. */
    public AgentSocketClient connect(String instanceId) {
        registration.put("instance_id", instanceId);
        return connect();
    }

    public AgentSocketClient register(AgentSocketClient socket) {
        socket.type("register", "r1", registration);
        clusterId = socket.await("register_success", "r1")
                .path("payload")
                .path("cluster_id")
                .asText();
        return socket;
    }

    @Override
    public void close() {
        sockets.forEach(AgentSocketClient::close);
    }
}
