package dev.sluice.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrameType;
import io.vertx.core.http.impl.ws.WebSocketFrameImpl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * One event loop's share of the bare server's only channel. An event is read and encoded once, and the same bytes are
 * written to every socket, or answer every parked poll. It keeps the last publication alone, for the poll that was on its
 * way meanwhile: whoever publishes waits until everybody has the one before.
 */
final class BareFanout {
    static final String SOCKET_PATH = "/fanout";
    static final String POLL_PATH = "/fanout/poll";
    /** What a poll is after that has nothing so far. */
    static final String FROM_NOW_ON = Long.toString(Long.MAX_VALUE);

    static final String PUBLISH_PATH = "/api/v1/events";

    /** As long as the gateway's, so that both write as many bytes. */
    private static final String CURSOR = "0123456789abcdef012345~0123abcd.";

    /** How the gateway tells each poll that its client is served, for the same reason. */
    private static final String SERVED_AS = "\"mode\":\"websocket\",\"reason\":\"in-rollout\","
            + "\"websocket_available\":true,\"fallback_mode\":false,"
            + "\"websocket_url\":\"ws://127.0.0.1:12345/ws\","
            + "\"poll_url\":\"http://127.0.0.1:12345/api/v1/sessions/0123456789abcdef0123456789abcdef/messages\","
            + "\"sse_url\":\"http://127.0.0.1:12345/api/v1/sessions/012/events\"";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<BareFanout> LOOPS = new CopyOnWriteArrayList<>();

    private final Context context;
    private final Set<ServerWebSocket> sockets = new LinkedHashSet<>();
    private List<HttpServerResponse> parked = new ArrayList<>();
    private long last;
    private Buffer lastAnswer = Buffer.buffer();

    /** On the loop's context. */
    BareFanout(Context context) {
        this.context = context;
        LOOPS.add(this);
    }

    void join(ServerWebSocket socket) {
        sockets.add(socket);
        socket.closeHandler(closed -> sockets.remove(socket));
    }

    void poll(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (Long.parseLong(request.getParam("after")) < last) {
            answer(response, lastAnswer);
            return;
        }
        parked.add(response);
        response.closeHandler(gone -> parked.remove(response));
    }

    void publish(HttpServerRequest request) {
        request.bodyHandler(body -> {
            try {
                List<byte[]> frames = new ArrayList<>();
                long number = 0;
                for (JsonNode event : JSON.readTree(body.getBytes())) {
                    number = event.get("data").get("n").longValue();
                    frames.add(frame(event, number).getBytes(StandardCharsets.UTF_8));
                }
                long upTo = number;
                LOOPS.forEach(loop -> loop.context.runOnContext(hop -> loop.deliver(frames, upTo)));
                request.response().putHeader("Content-Type", "application/json").end("{}");
            } catch (IOException malformed) {
                request.response().setStatusCode(400).end();
            }
        });
    }

    private static String frame(JsonNode event, long number) {
        return ("{\"type\":\"event\",\"payload\":{\"channel\":\"%s\",\"event\":\"%s\",\"data\":%s,"
                        + "\"epoch\":\"0123456789ab\",\"offset\":%d},\"timestamp\":\"%s\",\"cursor\":\"%s%d\"}")
                .formatted(
                        event.get("channel").textValue(),
                        event.get("event").textValue(),
                        event.get("data"),
                        number,
                        Instant.now(),
                        CURSOR,
                        number);
    }

    private void deliver(List<byte[]> frames, long upTo) {
        for (byte[] frame : frames) {
            for (ServerWebSocket socket : sockets) {
                socket.writeFrame(new WebSocketFrameImpl(WebSocketFrameType.TEXT, frame, true));
            }
        }
        last = upTo;
        lastAnswer = answerOf(frames, upTo);
        List<HttpServerResponse> waited = parked;
        parked = new ArrayList<>();
        for (HttpServerResponse response : waited) {
            answer(response, lastAnswer);
        }
    }

    private static Buffer answerOf(List<byte[]> frames, long upTo) {
        Buffer answer = Buffer.buffer("{\"messages\":[");
        for (int i = 0; i < frames.size(); i++) {
            answer.appendString(i == 0 ? "" : ",").appendBytes(frames.get(i));
        }
        return answer.appendString("],\"cursor\":\"%d\",%s}".formatted(upTo, SERVED_AS));
    }

    private static void answer(HttpServerResponse response, Buffer body) {
        response.closeHandler(null);
        response.putHeader("Content-Type", "application/json").end(body);
    }
}
