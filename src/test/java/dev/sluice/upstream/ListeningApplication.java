package dev.sluice.upstream;

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

/** An application on a real HTTP server, which answers as a test wants: with an empty 200 where nothing else is said. */
final class ListeningApplication implements AutoCloseable {
    /** Stands for an answer that never comes. */
    static final int SILENCE = 0;

    record Heard(Map<String, String> headers, String body) {
        JsonNode json() {
            return Json.read(body);
        }
    }

    private record Said(int status, String body) {}

    final List<Heard> heard = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<Said> script = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    ListeningApplication() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    ListeningApplication says(int status, String body) {
        script.add(new Said(status, body));
        return this;
    }

    String url() {
        return "http://localhost:%d/events".formatted(server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
        byte[] body = exchange.getRequestBody().readAllBytes();
        heard.add(new Heard(headers, new String(body, StandardCharsets.UTF_8)));
        Said said = script.poll();
        if (said != null && said.status() == SILENCE) {
            return;
        }
        byte[] answer = (said == null ? "" : said.body()).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(said == null ? 200 : said.status(), answer.length == 0 ? -1 : answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
