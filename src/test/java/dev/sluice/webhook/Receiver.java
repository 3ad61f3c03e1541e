package dev.sluice.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.testkit.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A real HTTP server that takes notifications, and answers as a test wants: 200 where nothing else is said. */
final class Receiver implements AutoCloseable {
    /** Stands for an answer that never comes. */
    static final int SILENCE = 0;

    /** What was received, as it came. */
    record Delivery(Map<String, String> headers, byte[] body) {
        JsonNode event() {
            return Json.read(new String(body, StandardCharsets.UTF_8));
        }

        String header(String name) {
            return headers.get(name);
        }
    }

    final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<Integer> script = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile String location = "";

    Receiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /** What the next requests are answered with, one each. */
    Receiver answering(Integer... statuses) {
        script.addAll(List.of(statuses));
        return this;
    }

    Receiver redirectingTo(String url) {
        location = url;
        return this;
    }

    String url() {
        return "http://localhost:%d/hooks?tenant=1"
                .formatted(server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
        deliveries.add(new Delivery(headers, exchange.getRequestBody().readAllBytes()));
        Integer status = script.poll();
        if (status != null && status == SILENCE) {
            return;
        }
        if (!location.isEmpty()) {
            exchange.getResponseHeaders().add("Location", location);
        }
        byte[] answer = "thank you".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status == null ? 200 : status, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    /** The types of what came, in order. */
    List<String> types() {
        return deliveries.stream()
                .map(delivery -> delivery.event().path("type").asText())
                .toList();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
