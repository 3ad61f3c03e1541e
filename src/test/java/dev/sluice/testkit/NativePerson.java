package dev.sluice.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One native client with one session, which it takes from transport to transport: it knows its session's id, its resume
 * token and the cursor of the last frame that was taken.
 */
public final class NativePerson implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** The three ways. */
    public enum Way {
        WEBSOCKET,
        POLLING,
        SSE
    }

    private final URI gateway;
    private final Api api;
    private final @Nullable String token;
    private final List<NativeWire> wires = new ArrayList<>();
    private @Nullable String session;
    private @Nullable String resumeToken;
    private @Nullable String cursor;

    public NativePerson(URI gateway, @Nullable String token) {
        this.gateway = gateway;
        this.token = token;
        this.api = new Api(gateway, token);
    }

    public Api api() {
        return api;
    }

    public String session() {
        return String.valueOf(session);
    }

    public String resumeToken() {
        return String.valueOf(resumeToken);
    }

    public @Nullable String cursor() {
        return cursor;
    }

    public String path(String below) {
        return "/api/v1/sessions/" + session + below;
    }

    /** Begins a session over HTTP. */
    public NativePerson begin() {
        welcomed(api.post("/api/v1/sessions", Map.of()).json(201));
        return this;
    }

    public void welcomed(JsonNode welcome) {
        session = welcome.path("session_id").asText();
        resumeToken = welcome.path("resume_token").asText();
        if (welcome.hasNonNull("cursor")) {
            cursor = welcome.path("cursor").asText();
        }
    }

    /** A poll that does not wait; what it is answered, a refusal included, is left there. */
    public void ask() {
        api.get(path("/messages?wait=0"));
    }

    private JsonNode taken(JsonNode frame) {
        if (frame.path("type").asText().equals("welcome")) {
            welcomed(frame.path("payload"));
        }
        cursor = frame.path("cursor").asText();
        return frame;
    }

    /** Connects that way, taking its session up where it has one, after what was taken last. */
    public NativeWire connect(Way way) {
        NativeWire wire =
                switch (way) {
                    case WEBSOCKET -> new Socket();
                    case POLLING -> new Polls();
                    case SSE -> new Stream();
                };
        wires.add(wire);
        return wire;
    }

    /** A socket with a query of the caller's. */
    public AgentSocketClient open(String pathAndQuery) {
        return AgentSocketClient.open(gateway, pathAndQuery, token);
    }

    @Override
    public void close() {
        wires.forEach(NativeWire::close);
    }

    private void ensureBegun() {
        if (session == null) {
            begin();
        }
    }

    private final class Socket implements NativeWire {
        private final AgentSocketClient socket;

        Socket() {
            String query = resumeToken == null
                    ? ""
                    : "?resume_token=%s&after=%s"
                            .formatted(resumeToken, URLEncoder.encode(String.valueOf(cursor), StandardCharsets.UTF_8));
            socket = open("/ws" + query);
            await("welcome");
        }

        @Override
        public void say(List<Map<String, Object>> frames) {
            frames.forEach(socket::send);
        }

        @Override
        public JsonNode await(String what, Predicate<JsonNode> wanted) {
            return taken(socket.await(what, wanted));
        }

        @Override
        public void cut() {
            socket.cut();
        }
    }

    /** Says it by POST, and finds what comes among what was collected. */
    private abstract class OverHttp implements NativeWire {
        final List<JsonNode> untaken = new ArrayList<>();

        OverHttp() {
            ensureBegun();
        }

        @Override
        public void say(List<Map<String, Object>> frames) {
            JsonNode answer = api.post(path("/messages"), frames).json(202);
            if (answer.path("accepted").asInt() != frames.size()) {
                throw new AssertionError("accepted " + answer);
            }
        }

        @Nullable
        JsonNode take(Predicate<JsonNode> wanted) {
            for (int i = 0; i < untaken.size(); i++) {
                if (wanted.test(untaken.get(i))) {
                    return untaken.remove(i);
                }
            }
            return null;
        }
    }

    private final class Polls extends OverHttp {
        private @Nullable String at = cursor;

        @Override
        public JsonNode await(String what, Predicate<JsonNode> wanted) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            for (JsonNode found = take(wanted); ; found = take(wanted)) {
                if (found != null) {
                    return taken(found);
                }
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("no %s came; got %s".formatted(what, untaken));
                }
                JsonNode answer = api.get(path("/messages?wait=5&after=" + at)).json(200);
                answer.path("messages").forEach(untaken::add);
                at = answer.path("cursor").asText();
            }
        }

        @Override
        public void cut() {
            // Between two polls there is nothing to cut.
        }
    }

    private final class Stream extends OverHttp {
        private final InputStream body;

        Stream() {
            HttpRequest.Builder request = HttpRequest.newBuilder(gateway.resolve(path("/events")))
                    .header("Accept", "text/event-stream")
                    .header("Last-Event-ID", String.valueOf(cursor));
            if (token != null) {
                request.header("Authorization", "Bearer " + token);
            }
            try {
                HttpResponse<InputStream> answer = HTTP.send(request.build(), BodyHandlers.ofInputStream());
                if (answer.statusCode() != 200) {
                    throw new AssertionError("stream answered " + answer.statusCode());
                }
                body = answer.body();
            } catch (IOException e) {
                throw new AssertionError(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
            Thread reader = new Thread(this::read, "native-stream");
            reader.setDaemon(true);
            reader.start();
            await("welcome");
        }

        private void read() {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
                String id = null;
                StringBuilder data = new StringBuilder();
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("id: ")) {
                        id = line.substring(4);
                    } else if (line.startsWith("data: ")) {
                        data.append(line.substring(6));
                    } else if (line.isEmpty() && !data.isEmpty()) {
                        heard(id, Json.read(data.toString()));
                        data.setLength(0);
                    }
                }
            } catch (IOException e) {
                // Cut.
            }
        }

        private void heard(@Nullable String id, JsonNode frame) {
            if (!frame.path("cursor").asText().equals(id)) {
                throw new AssertionError("id %s of %s".formatted(id, frame));
            }
            synchronized (untaken) {
                untaken.add(frame);
                untaken.notifyAll();
            }
        }

        @Override
        public JsonNode await(String what, Predicate<JsonNode> wanted) {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            synchronized (untaken) {
                for (JsonNode found = take(wanted); ; found = take(wanted)) {
                    if (found != null) {
                        return taken(found);
                    }
                    long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                    if (left <= 0) {
                        throw new AssertionError("no %s came; got %s".formatted(what, untaken));
                    }
                    try {
                        untaken.wait(left);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new AssertionError(e);
                    }
                }
            }
        }

        @Override
        public void cut() {
            try {
                body.close();
            } catch (IOException e) {
                // Cut already.
            }
        }
    }
}
