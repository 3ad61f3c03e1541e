package dev.sluice.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Subscribers that keep one long poll parked each, on a keep-alive connection of their own. They read just enough HTTP
 * to find the body, so that the clients do not need the core that the server is measured on.
 */
final class PollSubscribers implements Subscribers {
    private static final byte[] CURSOR = "\"cursor\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Target target;
    private final int count;
    private final Deliveries deliveries;
    private final Runnable onArrival;
    private final List<NetClient> clients = new ArrayList<>();
    private int lost;

    PollSubscribers(Vertx vertx, Target target, int count, Deliveries deliveries, Runnable onArrival) {
        this.target = target;
        this.count = count;
        this.deliveries = deliveries;
        this.onArrival = onArrival;
        for (int i = 0; i < SOURCE_ADDRESSES; i++) {
            clients.add(vertx.createNetClient(new NetClientOptions()
                    .setLocalAddress(Subscribers.address(i))
                    .setTcpNoDelay(true)
                    .setConnectTimeout(20_000)));
        }
    }

    @Override
    public Future<Void> open() {
        return Subscribers.each(0, count, this::openOne);
    }

    private Future<Void> openOne(int subscriber) {
        return clients.get(subscriber % SOURCE_ADDRESSES)
                .connect(target.port(), Target.HOST)
                .compose(socket -> new Poller(socket, subscriber).begin());
    }

    @Override
    public int lost() {
        return lost;
    }

    /** One connection: a request, its answer, the next request. */
    private final class Poller {
        private final NetSocket socket;
        private final int subscriber;
        private String path = BareFanout.POLL_PATH;
        private Consumer<Buffer> onBody = this::arrived;

        Poller(NetSocket socket, int subscriber) {
            this.socket = socket;
            this.subscriber = subscriber;
            socket.handler(new RawAnswers(body -> onBody.accept(body), () -> lost++)::read);
            socket.closeHandler(closed -> {
                lost++;
                System.err.printf("poller %d lost%n", subscriber);
            });
        }

        Future<Void> begin() {
            if (target.kind() == Target.Kind.BARE) {
                poll(BareFanout.FROM_NOW_ON);
                return Future.succeededFuture();
            }
            return ask("POST", "/api/v1/sessions", "{\"client_id\":\"poll-%d\"}".formatted(subscriber))
                    .compose(welcome -> {
                        String cursor = welcome.path("cursor").textValue();
                        path = "/api/v1/sessions/" + welcome.path("session_id").textValue() + "/messages";
                        String subscribe = "{\"type\":\"subscribe\",\"channel\":\"%s\"}".formatted(CHANNEL);
                        return ask("POST", path, subscribe)
                                .compose(told -> ask("GET", path + "?wait=25&after=" + cursor, ""));
                    })
                    .map(subscribed -> {
                        if (!subscribed.at("/messages/0/type").asText().equals("subscribed")) {
                            throw new IllegalStateException(subscribed.toString());
                        }
                        onBody = this::arrived;
                        poll(subscribed.path("cursor").textValue());
                        return null;
                    });
        }

        private Future<JsonNode> ask(String method, String where, String body) {
            io.vertx.core.Promise<JsonNode> answer = io.vertx.core.Promise.promise();
            onBody = text -> {
                try {
                    answer.complete(JSON.readTree(text.length() == 0 ? new byte[] {'{', '}'} : text.getBytes()));
                } catch (IOException malformed) {
                    answer.fail(malformed);
                }
            };
            socket.write("%s %s HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                    .formatted(method, where, body.length(), body));
            return answer.future();
        }

        private void poll(String after) {
            socket.write("GET " + path + "?wait=50&after=" + after + " HTTP/1.1\r\nHost: bench\r\n\r\n");
        }

        private void arrived(Buffer body) {
            int events = deliveries.arrived(subscriber, body);
            poll(cursor(body));
            if (events > 0) {
                onArrival.run();
            }
        }

        /** The answer's own, which stands behind those of its frames. */
        private static String cursor(Buffer body) {
            for (int i = body.length() - CURSOR.length; i >= 0; i--) {
                if (RawAnswers.is(CURSOR, body, i)) {
                    int end = i + CURSOR.length;
                    while (body.getByte(end) != '"') {
                        end++;
                    }
                    return body.getString(i + CURSOR.length, end, "ISO-8859-1");
                }
            }
            throw new IllegalStateException("no cursor");
        }
    }
}
