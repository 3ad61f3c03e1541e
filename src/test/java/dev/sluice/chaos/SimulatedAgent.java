package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An agent as one would be written after the documentation, on the JDK's own HTTP client: polls or holds a WebSocket,
 * settles what it gets, and keeps a {@link Ledger}. One thread drives it; frames arrive on another.
 */
final class SimulatedAgent implements AutoCloseable {
    /** For everything that should take milliseconds: the machine may be busy. */
    static final Duration SOON = Duration.ofSeconds(20);

    private static final String BASE = "/api/v1/clusters/agent";

    private final Gateway gateway;
    private final String agentId;
    private final Map<String, Object> features = new LinkedHashMap<>();
    private final Ledger ledger = new Ledger();
    private boolean settles = true;
    private boolean reads = true;
    private @Nullable URI path;
    private Duration patience = SOON;
    private volatile @Nullable String clusterId;
    private @Nullable String cursor;
    private @Nullable Connection connection;

    SimulatedAgent(Gateway gateway, String agentId) {
        this.gateway = gateway;
        this.agentId = agentId;
    }

    SimulatedAgent feature(String name, boolean value) {
        features.put(name, value);
        return this;
    }

    /** Takes commands and says nothing about them. */
    SimulatedAgent settlesNothing() {
        settles = false;
        return this;
    }

    /** Leaves what arrives on its next WebSocket in the socket, once it has registered. */
    SimulatedAgent readsNothing() {
        reads = false;
        return this;
    }

    /** Its WebSockets take that way to the gateway; everything else goes straight. */
    SimulatedAgent through(URI proxy) {
        path = proxy;
        return this;
    }

    /** How long it waits for an answer on a WebSocket. */
    SimulatedAgent patience(Duration given) {
        patience = given;
        return this;
    }

    Ledger ledger() {
        return ledger;
    }

    String agentId() {
        return agentId;
    }

    boolean isRegistered() {
        return clusterId != null;
    }

    String clusterId() {
        if (clusterId == null) {
            throw new IllegalStateException("not registered");
        }
        return clusterId;
    }

    // --- polling ---

    /** Registers over HTTP. The cluster must be the one it was before. */
    HttpResponse<String> register() {
        HttpResponse<String> answer = send("/register", registration());
        if (answer.statusCode() == 200) {
            registeredAs(Gateway.parse(answer).path("cluster_id").textValue());
        }
        return answer;
    }

    private Map<String, Object> registration() {
        return Map.of("agent_id", agentId, "name", agentId, "features", features);
    }

    private void registeredAs(String id) {
        assertThat(id).as("cluster_id of %s", agentId).isEqualTo(clusterId == null ? id : clusterId);
        clusterId = id;
    }

    HttpResponse<String> heartbeatOverHttp() {
        return send("/" + clusterId() + "/heartbeat", Map.of());
    }

    /** One poll; what comes with it is entered and settled. Answers the answer. */
    HttpResponse<String> poll(int waitSeconds) {
        HttpResponse<String> answer = rawPoll(waitSeconds);
        if (answer.statusCode() != 200) {
            return answer;
        }
        JsonNode body = Gateway.parse(answer);
        List<String> ids = new ArrayList<>();
        for (JsonNode command : body.path("commands")) {
            ids.add(enter(command, false));
        }
        cursor = body.path("cursor").textValue();
        if (settles) {
            // The cursor of the next poll acknowledges them, whatever becomes of the calls below.
            ids.forEach(ledger::acknowledged);
            ids.forEach(this::settleOverHttp);
        }
        return answer;
    }

    /** A poll whose answer is lost on the way: nothing is entered. */
    HttpResponse<String> rawPoll(int waitSeconds) {
        String query = "?wait=" + waitSeconds + (cursor == null ? "" : "&after=" + cursor);
        return Gateway.send(asAgent("/" + clusterId() + "/poll" + query));
    }

    /** Repeats until the gateway has said that it is durable. */
    private void settleOverHttp(String id) {
        HttpResponse<String> ack = acknowledgeOverHttp(id);
        if (ack.statusCode() == 200) {
            resultOverHttp(id);
        }
    }

    HttpResponse<String> acknowledgeOverHttp(String id) {
        ledger.acknowledged(id);
        return certainWhenOk(id, send("/" + clusterId() + "/commands/" + id + "/ack", Map.of()));
    }

    HttpResponse<String> resultOverHttp(String id) {
        return certainWhenOk(id, send("/" + clusterId() + "/commands/" + id + "/result", Map.of("success", true)));
    }

    private HttpResponse<String> certainWhenOk(String id, HttpResponse<String> answer) {
        if (answer.statusCode() == 200) {
            ledger.certain(id);
        }
        return answer;
    }

    private HttpResponse<String> send(String path, Object body) {
        return Gateway.send(asAgent(path).POST(Gateway.json(body)));
    }

    private HttpRequest.Builder asAgent(String path) {
        return HttpRequest.newBuilder(gateway.url(BASE + path))
                .header("Authorization", "Bearer " + Gateway.AGENT_TOKEN);
    }

    // --- WebSocket ---

    /** Opens a WebSocket and registers on it. Throws {@link UncheckedIOException} where that cannot be had. */
    Connection connect() {
        Connection opened = new Connection();
        opened.open();
        connection = opened;
        opened.send("register", "r1", registration());
        JsonNode answer =
                opened.await(frame -> "r1".equals(frame.path("request_id").textValue()));
        if (!"register_success".equals(answer.path("type").textValue())) {
            throw new UncheckedIOException(new IOException("not registered: " + answer));
        }
        registeredAs(answer.path("payload").path("cluster_id").textValue());
        return opened;
    }

    /** The status that an upgrade is refused with; 101 where it is not. */
    int upgradeStatus() {
        try {
            Connection tried = new Connection();
            tried.open();
            tried.cut();
            return 101;
        } catch (UncheckedIOException refused) {
            if (refused.getCause().getCause() instanceof WebSocketHandshakeException handshake) {
                return handshake.getResponse().statusCode();
            }
            throw refused;
        }
    }

    Connection connection() {
        if (connection == null) {
            throw new IllegalStateException("not connected");
        }
        return connection;
    }

    private String enter(JsonNode command, boolean webSocket) {
        String id = command.path("id").textValue();
        ledger.delivered(new Ledger.Delivery(id, command.path("attempt").intValue(), webSocket));
        return id;
    }

    /** Waits for something that may as well not come. */
    static boolean within(Duration atMost, BooleanSupplier condition) {
        try {
            Awaitility.await().atMost(atMost).pollInterval(Duration.ofMillis(5)).until(condition::getAsBoolean);
            return true;
        } catch (ConditionTimeoutException over) {
            return false;
        }
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.cut();
        }
    }

    /** One WebSocket. */
    final class Connection implements WebSocket.Listener {
        private final List<JsonNode> frames = new ArrayList<>();
        private final StringBuilder partial = new StringBuilder();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private @Nullable WebSocket socket;
        private boolean registered;
        private volatile long toldAt;
        private CompletableFuture<?> sending = CompletableFuture.completedFuture(null);

        private void open() {
            try {
                socket = Gateway.http()
                        .newWebSocketBuilder()
                        .header("Authorization", "Bearer " + Gateway.AGENT_TOKEN)
                        .connectTimeout(Duration.ofSeconds(10))
                        .buildAsync(socketUrl(), this)
                        .get(SOON.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new UncheckedIOException(new IOException(e.getCause() == null ? e : e.getCause()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        private URI socketUrl() {
            String resource = BASE + "/ws?agent_id=" + agentId;
            return path == null ? gateway.webSocket(resource) : path.resolve(resource);
        }

        @Override
        public void onOpen(WebSocket opened) {
            opened.request(1);
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                JsonNode frame = Gateway.parse(partial.toString());
                partial.setLength(0);
                arrived(frame);
            }
            if (reads || !registered) {
                from.request(1);
            }
            return null;
        }

        private void arrived(JsonNode frame) {
            if (closed.isDone()) {
                return; // cut: what was still in the pipe has not arrived
            }
            switch (frame.path("type").asText()) {
                case "command" -> {
                    String id = enter(frame.path("payload"), true);
                    if (settles) {
                        settle(id);
                    }
                }
                case "register_success" -> {
                    registered = true;
                    keep(frame);
                }
                default -> keep(frame);
            }
        }

        private synchronized void keep(JsonNode frame) {
            if (toldAt == 0 && "switch".equals(frame.path("type").textValue())) {
                toldAt = System.nanoTime();
            }
            frames.add(frame);
        }

        /** Reads on after {@link #readsNothing}. */
        void read() {
            reads = true;
            if (socket != null) {
                socket.request(1);
            }
        }

        void settle(String id) {
            send("command_ack", id, Map.of());
            ledger.acknowledged(id);
            send("command_result", id, Map.of("success", true));
        }

        /** In order, one after the other; a cut connection swallows what is sent. */
        synchronized void send(String type, String requestId, Object payload) {
            try {
                String frame = Gateway.JSON.writeValueAsString(
                        Map.of("type", type, "request_id", requestId, "payload", payload));
                WebSocket to = socket;
                if (to != null) {
                    sending = sending.handle((done, failed) -> null)
                            .thenCompose(go -> to.sendText(frame, true))
                            .exceptionally(cut -> null);
                }
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(e);
            }
        }

        /** A heartbeat that must be acknowledged: the gateway has handled everything that was sent before. */
        void heartbeat() {
            String id = UUID.randomUUID().toString();
            send("heartbeat", id, Map.of("status", "available"));
            JsonNode answer = await(frame -> id.equals(frame.path("request_id").textValue()));
            assertThat(answer.path("type").textValue()).isEqualTo("heartbeat_ack");
        }

        /** Waits for a frame, one that came already included. Throws where the connection ends before. */
        JsonNode await(Predicate<JsonNode> wanted) {
            List<JsonNode> found = new ArrayList<>();
            Awaitility.await("a frame for " + agentId)
                    .atMost(patience)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> {
                        synchronized (this) {
                            frames.stream().filter(wanted).findFirst().ifPresent(found::add);
                        }
                        return !found.isEmpty() || closed.isDone();
                    });
            if (found.isEmpty()) {
                throw new UncheckedIOException(new IOException("closed " + closed.join()));
            }
            return found.get(0);
        }

        synchronized boolean saw(String type) {
            return frames.stream()
                    .anyMatch(frame -> type.equals(frame.path("type").textValue()));
        }

        /** When the gateway's first word of farewell arrived, by {@link System#nanoTime}; 0 while there was none. */
        long toldAt() {
            return toldAt;
        }

        boolean isOpen() {
            return !closed.isDone();
        }

        /** How the gateway closed it; 1006 where it did not say. */
        int awaitClose(Duration atMost) {
            try {
                return closed.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                throw new AssertionError("still open after " + atMost, e);
            } catch (InterruptedException | ExecutionException e) {
                throw new CompletionException(e);
            }
        }

        /** Leaves as agents do: closes, and waits for the answer. */
        void leave() {
            synchronized (this) {
                WebSocket to = socket;
                if (to != null) {
                    sending = sending.handle((done, failed) -> null)
                            .thenCompose(go -> to.sendClose(WebSocket.NORMAL_CLOSURE, ""))
                            .exceptionally(cut -> null);
                }
            }
            awaitClose(SOON);
        }

        /** Is gone without a word. */
        void cut() {
            if (socket != null) {
                socket.abort();
            }
            closed.complete(1006);
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            toldAt = toldAt == 0 ? System.nanoTime() : toldAt;
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable failure) {
            closed.complete(1006);
        }
    }
}
