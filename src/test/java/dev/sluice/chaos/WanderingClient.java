package dev.sluice.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A native client that never stays: WebSocket, long poll, event stream, left cleanly or by a cut, always coming back
 * with its resume token and the cursor of the last frame it has. Since it names what it has, nothing may ever come
 * twice; it drops nothing and keeps a ledger of every event as it came. One thread drives it.
 */
final class WanderingClient {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    private final String name;
    private final int port;
    private final List<String> channels;
    private final Random dice;
    private final Map<String, List<Integer>> seen = new HashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<String, Integer> legs = new HashMap<>();
    private @Nullable String sessionId;
    private @Nullable String resumeToken;
    private String cursor = "";
    private int subscribed;

    WanderingClient(String name, int port, List<String> channels, long seed) {
        this.name = name;
        this.port = port;
        this.channels = channels;
        this.dice = new Random(seed);
        channels.forEach(channel -> seen.put(channel, new ArrayList<>()));
    }

    String name() {
        return name;
    }

    /** The numbers of that channel's events, in the order in which they came. */
    List<Integer> seen(String channel) {
        return seen.get(channel);
    }

    int total() {
        return seen.values().stream().mapToInt(List::size).sum();
    }

    /** Whatever was worth telling: positions that were lost, frames that should not have come. */
    List<String> notes() {
        return notes;
    }

    Map<String, Integer> legs() {
        return legs;
    }

    boolean subscribedToAll() {
        return subscribed >= channels.size();
    }

    /** Opens the session and subscribes to everything, over long polls: nothing is published yet. */
    void begin() {
        JsonNode welcome = retried(() -> parse(send(post("/api/v1/sessions", Map.of()), 201)));
        sessionId = welcome.path("session_id").asText();
        welcomed(welcome);
        List<Map<String, Object>> frames = new ArrayList<>();
        for (String channel : channels) {
            frames.add(
                    Map.of("type", "subscribe", "request_id", "s-" + channel, "payload", Map.of("channel", channel)));
        }
        retried(() -> send(post(messages(), frames), 202));
        while (!subscribedToAll()) {
            poll(2);
        }
    }

    /** Wanders until that holds. */
    void wander(BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            try {
                switch (dice.nextInt(3)) {
                    case 0 -> webSocketLeg(done);
                    case 1 -> pollLeg(done);
                    default -> streamLeg(done);
                }
            } catch (Unreachable e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20 + dice.nextInt(60)));
            }
        }
    }

    private void webSocketLeg(BooleanSupplier done) {
        Mouth mouth = new Mouth();
        WebSocket socket;
        try {
            socket = HTTP.newWebSocketBuilder()
                    .connectTimeout(PATIENCE)
                    .buildAsync(
                            URI.create("ws://127.0.0.1:%d/ws?resume_token=%s&after=%s"
                                    .formatted(port, resumeToken, cursor)),
                            mouth)
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused
                    && refused.getResponse().statusCode() == 410) {
                note("position lost at an upgrade");
            }
            throw new Unreachable(e);
        }
        leg("websocket");
        int frames = 5 + dice.nextInt(120);
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100 + dice.nextInt(900));
        while (frames-- > 0 && System.nanoTime() < until && !done.getAsBoolean()) {
            JsonNode frame = mouth.next(200);
            if (frame == Mouth.END) {
                return;
            }
            if (frame != null) {
                heard(frame);
                if (dice.nextInt(20) == 0) {
                    socket.sendText("{\"type\":\"ack\",\"payload\":{\"cursor\":\"%s\"}}".formatted(cursor), true);
                }
            }
        }
        if (dice.nextBoolean()) {
            socket.sendClose(1000, "");
        }
        // What still arrives after the leg is not this client's any more: it was cut.
        socket.abort();
    }

    private void pollLeg(BooleanSupplier done) {
        leg("polling");
        for (int polls = 1 + dice.nextInt(8); polls > 0 && !done.getAsBoolean(); polls--) {
            poll(1);
        }
    }

    private void poll(int wait) {
        HttpResponse<String> answer =
                send(get("%s?after=%s&wait=%d&limit=%d".formatted(messages(), cursor, wait, 1 + dice.nextInt(100))), 0);
        if (answer.statusCode() == 426) {
            throw new Unreachable(null);
        }
        if (answer.statusCode() != 200) {
            lost(answer);
            return;
        }
        JsonNode body = parse(answer);
        body.path("messages").forEach(this::heard);
        cursor = body.path("cursor").asText();
    }

    private void streamLeg(BooleanSupplier done) {
        HttpRequest request = get(session() + "/events")
                .header("Accept", "text/event-stream")
                .header("Last-Event-ID", cursor)
                .build();
        try {
            HttpResponse<InputStream> answer = HTTP.send(request, BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                if (answer.statusCode() != 200) {
                    if (answer.statusCode() == 410 || answer.statusCode() == 404) {
                        revive();
                    }
                    throw new Unreachable(null);
                }
                leg("sse");
                read(new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8)), done);
            }
        } catch (IOException e) {
            throw new Unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void read(BufferedReader lines, BooleanSupplier done) throws IOException {
        int events = 1 + dice.nextInt(80);
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100 + dice.nextInt(900));
        StringBuilder data = new StringBuilder();
        while (events > 0 && System.nanoTime() < until && !done.getAsBoolean()) {
            String line = lines.readLine();
            if (line == null) {
                return;
            }
            if (line.startsWith("data:")) {
                data.append(line.substring(5).strip());
            } else if (line.isEmpty() && data.length() > 0) {
                heard(Gateway.parse(data.toString()));
                data.setLength(0);
                events--;
            }
        }
    }

    private void heard(JsonNode frame) {
        JsonNode payload = frame.path("payload");
        switch (frame.path("type").asText()) {
            case "event" -> {
                String channel = payload.path("channel").asText();
                seen.get(channel).add(payload.path("data").path("n").asInt());
            }
            case "subscribed" -> {
                subscribed++;
                if (!payload.path("recovered").asBoolean(true) && total() > 0) {
                    note("not recovered: " + payload);
                }
            }
            case "welcome" -> welcomed(payload);
            case "gap", "error" -> note(frame.toString());
            default -> {
                // Nothing that counts.
            }
        }
        if (frame.hasNonNull("cursor")) {
            cursor = frame.path("cursor").asText();
        }
    }

    private void welcomed(JsonNode welcome) {
        if (welcome.hasNonNull("session_id")) {
            sessionId = welcome.path("session_id").asText();
        }
        if (welcome.hasNonNull("resume_token")) {
            resumeToken = welcome.path("resume_token").asText();
        }
        if (welcome.hasNonNull("cursor")) {
            cursor = welcome.path("cursor").asText();
        }
    }

    /** After a restart the session is taken up by its token; only if that is gone, too, was anything lost. */
    private void lost(HttpResponse<String> answer) {
        if (answer.statusCode() == 404 || answer.statusCode() == 410) {
            revive();
            return;
        }
        if (answer.statusCode() >= 500 || answer.statusCode() == 429) {
            throw new Unreachable(null);
        }
        throw new AssertionError(name + ": " + answer.statusCode() + " " + answer.body());
    }

    private void revive() {
        HttpResponse<String> answer =
                send(post("/api/v1/sessions", Map.of("resume_token", resumeToken, "after", cursor)), 0);
        if (answer.statusCode() == 410) {
            note("position lost: " + answer.body());
        }
        if (answer.statusCode() == 200) {
            welcomed(parse(answer));
        }
    }

    private void leg(String transport) {
        legs.merge(transport, 1, Integer::sum);
    }

    private void note(String what) {
        notes.add(what);
    }

    private String session() {
        return "/api/v1/sessions/" + sessionId;
    }

    private String messages() {
        return session() + "/messages";
    }

    private HttpRequest.Builder get(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(PATIENCE);
    }

    private HttpRequest.Builder post(String path, Object body) {
        try {
            return get(path)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(Gateway.JSON.writeValueAsString(body)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param expected 0 for any */
    private HttpResponse<String> send(HttpRequest.Builder request, int expected) {
        try {
            HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
            if (expected != 0 && answer.statusCode() != expected) {
                if (answer.statusCode() >= 500 || answer.statusCode() == 429) {
                    throw new Unreachable(null);
                }
                throw new AssertionError(name + ": " + answer.statusCode() + " " + answer.body());
            }
            return answer;
        } catch (IOException e) {
            throw new Unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static <T> T retried(java.util.function.Supplier<T> call) {
        for (int left = 200; ; left--) {
            try {
                return call.get();
            } catch (Unreachable e) {
                if (left == 0) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(
                        ThreadLocalRandom.current().nextInt(20, 80)));
            }
        }
    }

    private static JsonNode parse(HttpResponse<String> answer) {
        return Gateway.parse(answer);
    }

    /** Cut, killed or refused for now: what a client meets by coming back. */
    private static final class Unreachable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreachable(@Nullable Throwable cause) {
            super(cause);
        }
    }

    /** What a socket says, until it ends. */
    private static final class Mouth implements WebSocket.Listener {
        static final JsonNode END = Gateway.parse("{\"type\":\"end\"}");

        private final BlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
        private final StringBuilder part = new StringBuilder();

        @Nullable
        JsonNode next(long millis) {
            try {
                return frames.poll(millis, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                frames.add(Gateway.parse(part.toString()));
                part.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            frames.add(END);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            frames.add(END);
        }
    }
}
