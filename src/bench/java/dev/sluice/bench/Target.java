package dev.sluice.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * One of the two servers, as its clients see it.
 *
 * @param kind which of them
 * @param port on 127.0.0.1
 * @param token the agents' bearer token; the bare server ignores it
 */
record Target(Kind kind, int port, String token) {
    private static final ObjectMapper JSON = new ObjectMapper();

    enum Kind {
        GATEWAY,
        BARE,
        /** socket.io on Node.js. */
        NODE,
        /** netty-socketio. */
        NETTY
    }

    static final String HOST = "127.0.0.1";

    String socketPath() {
        return kind == Kind.GATEWAY ? "/api/v1/clusters/agent/ws" : "/ws";
    }

    /** Where events are published. */
    int publishPort() {
        return kind == Kind.NETTY ? port + 1 : port;
    }

    String bearer() {
        return "Bearer " + token;
    }

    /** Where that agent polls. The gateway is told of it first. */
    String pollPath(String agentId) throws IOException, InterruptedException {
        if (kind == Kind.BARE) {
            return BareServer.POLL_PATH;
        }
        String body = JSON.writeValueAsString(java.util.Map.of("agent_id", agentId, "name", agentId));
        HttpResponse<String> answer = send(
                HttpRequest.newBuilder(uri("/api/v1/clusters/agent/register"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
        return "/api/v1/clusters/agent/" + clusterId(answer.body()) + "/poll";
    }

    /** What a poll of that path is answered with. */
    String pollOnce(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)).GET()).body();
    }

    private static String clusterId(String registered) throws JsonProcessingException {
        return JSON.readTree(registered).required("cluster_id").textValue();
    }

    private URI uri(String path) {
        return URI.create("http://" + HOST + ":" + port + path);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = Http.CLIENT.send(
                request.header("Authorization", bearer()).build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("status %d: %s".formatted(answer.statusCode(), answer.body()));
        }
        return answer;
    }

    private static final class Http {
        static final HttpClient CLIENT =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }
}
