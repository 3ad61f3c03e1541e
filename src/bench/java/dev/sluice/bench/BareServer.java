package dev.sluice.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrameType;
import io.vertx.core.http.impl.ws.WebSocketFrameImpl;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway is held against: Vert.x alone, doing the least that answers the same clients. It parses each message
 * with Jackson's streaming parser and writes the answer of the same shape; it knows no tokens, limits, sessions or
 * database.
 */
public final class BareServer extends AbstractVerticle {
    /** Where its clients poll; the WebSocket is at every path. */
    static final String POLL_PATH = "/poll";

    private static final JsonFactory JSON = new JsonFactory();
    private static final int TYPICAL_FRAME = 256;

    private final int port;
    private final Buffer pollAnswer;
    private @Nullable BareFanout fanout;

    private BareServer(int port, String pollAnswer) {
        this.port = port;
        this.pollAnswer = Buffer.buffer(pollAnswer);
    }

    /** Arguments: port, event loops, and what to answer a poll with. */
    public static void main(String[] args) {
        int port = Integer.parseInt(args[0]);
        int loops = Integer.parseInt(args[1]);
        Vertx.vertx()
                .deployVerticle(
                        () -> new BareServer(port, args[2]), new DeploymentOptions().setInstances(loops))
                .onFailure(failure -> {
                    failure.printStackTrace();
                    System.exit(1);
                });
    }

    @Override
    public void start(Promise<Void> started) {
        fanout = new BareFanout(context);
        vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(port))
                .requestHandler(this::answer)
                .webSocketHandler(this::welcome)
                .listen()
                .<Void>mapEmpty()
                .onComplete(started);
    }

    private void answer(HttpServerRequest request) {
        if (request.path().equals(BareFanout.POLL_PATH)) {
            fanout.poll(request);
        } else if (request.path().equals(BareFanout.PUBLISH_PATH)) {
            fanout.publish(request);
        } else if (request.path().equals(POLL_PATH)) {
            request.response().putHeader("Content-Type", "application/json").end(pollAnswer);
        } else {
            request.response().setStatusCode(404).end();
        }
    }

    /** From bytes to bytes: Vert.x's text handlers would decode and encode a String for every message. */
    private void welcome(ServerWebSocket socket) {
        if (socket.path().equals(BareFanout.SOCKET_PATH)) {
            fanout.join(socket);
            return;
        }
        socket.frameHandler(frame -> {
            byte[] answer = frame.isText() ? answer(frame.binaryData().getBytes()) : null;
            if (answer != null) {
                socket.writeFrame(new WebSocketFrameImpl(WebSocketFrameType.TEXT, answer, true));
            }
        });
    }

    private static byte @Nullable [] answer(byte[] message) {
        try (JsonParser parser = JSON.createParser(message)) {
            String type = null;
            String requestId = null;
            parser.nextToken();
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (field.equals("type")) {
                    type = parser.getText();
                } else if (field.equals("request_id")) {
                    requestId = parser.getText();
                } else if (value.isStructStart()) {
                    parser.skipChildren();
                }
            }
            if (type == null) {
                return null;
            }
            return switch (type) {
                case "register" -> frame("register_success", requestId, "registered_at");
                case "heartbeat" -> frame("heartbeat_ack", requestId, "received_at");
                default -> null;
            };
        } catch (IOException malformed) {
            return null;
        }
    }

    private static byte[] frame(String type, @Nullable String requestId, String time) throws IOException {
        String now = Instant.ofEpochMilli(System.currentTimeMillis()).toString();
        try (ByteArrayBuilder bytes = new ByteArrayBuilder(JSON._getBufferRecycler(), TYPICAL_FRAME)) {
            try (JsonGenerator out = JSON.createGenerator(bytes)) {
                out.writeStartObject();
                out.writeStringField("type", type);
                if (requestId != null) {
                    out.writeStringField("request_id", requestId);
                }
                out.writeObjectFieldStart("payload");
                out.writeStringField(time, now);
                out.writeEndObject();
                out.writeStringField("timestamp", now);
                out.writeEndObject();
            }
            return bytes.toByteArray();
        }
    }
}
