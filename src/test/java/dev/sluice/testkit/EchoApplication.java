package dev.sluice.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The application behind the gateway that the public Socket.IO suite expects: says {@code auth} with what a client
 * connected with, {@code message-back} to {@code message}, and acknowledges {@code message-with-ack}.
 */
public final class EchoApplication implements AutoCloseable {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);

    public EchoApplication() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode event = Json.read(new String(exchange.getRequestBody().readAllBytes()));
            byte[] body = said(event.path("type").asText(), event.path("data"))
                    .toString()
                    .getBytes();
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static ObjectNode said(String type, JsonNode data) {
        ObjectNode answer = JSON.objectNode();
        if (type.endsWith(".connected") && data.has("namespace")) {
            emit(answer, "auth", JSON.arrayNode().add(data.path("auth")));
        } else if (data.path("event").asText().equals("message")) {
            emit(answer, "message-back", data.path("data"));
        } else if (data.path("event").asText().equals("message-with-ack")) {
            answer.set("ack", data.path("data"));
        }
        return answer;
    }

    private static void emit(ObjectNode answer, String event, JsonNode args) {
        ArrayNode events = answer.putArray("events");
        events.add(JSON.objectNode().put("event", event).set("args", args));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
