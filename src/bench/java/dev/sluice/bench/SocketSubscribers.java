package dev.sluice.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.ArrayList;
import java.util.List;

/** Subscribers over WebSocket. At the gateway they speak its native protocol, at the bare server they only listen. */
final class SocketSubscribers implements Subscribers {
    private final Target target;
    private final int count;
    private final Deliveries deliveries;
    private final Runnable onArrival;
    private final List<WebSocketClient> clients = new ArrayList<>();
    private int lost;

    SocketSubscribers(Vertx vertx, Target target, int count, Deliveries deliveries, Runnable onArrival) {
        this.target = target;
        this.count = count;
        this.deliveries = deliveries;
        this.onArrival = onArrival;
        for (int i = 0; i < SOURCE_ADDRESSES; i++) {
            clients.add(vertx.createWebSocketClient(new WebSocketClientOptions()
                    .setLocalAddress(Subscribers.address(i))
                    .setMaxConnections(20_000)
                    .setConnectTimeout(20_000)));
        }
    }

    @Override
    public Future<Void> open() {
        return Subscribers.each(0, count, this::openOne);
    }

    private Future<Void> openOne(int subscriber) {
        boolean bare = target.kind() == Target.Kind.BARE;
        WebSocketConnectOptions where = new WebSocketConnectOptions()
                .setHost(Target.HOST)
                .setPort(target.port())
                .setURI(bare ? BareFanout.SOCKET_PATH : "/ws/fan-%d".formatted(subscriber));
        return clients.get(subscriber % SOURCE_ADDRESSES).connect(where).compose(socket -> {
            Promise<Void> subscribed = Promise.promise();
            listen(socket, subscriber, subscribed);
            if (bare) {
                subscribed.complete();
            } else {
                socket.writeTextMessage("{\"type\":\"subscribe\",\"channel\":\"%s\"}".formatted(CHANNEL));
            }
            return subscribed.future();
        });
    }

    private void listen(WebSocket socket, int subscriber, Promise<Void> subscribed) {
        socket.frameHandler(frame -> {
            if (!frame.isText()) {
                return;
            }
            if (deliveries.arrived(subscriber, frame.binaryData()) > 0) {
                onArrival.run();
            } else if (frame.textData().startsWith("{\"type\":\"subscribed\"")) {
                subscribed.tryComplete();
            } else if (frame.textData().startsWith("{\"type\":\"error\"")) {
                lost++;
                subscribed.tryFail(frame.textData());
            }
        });
        socket.closeHandler(closed -> {
            lost++;
            System.err.printf("subscriber %d lost: %s%n", subscriber, socket.closeStatusCode());
            subscribed.tryFail("closed with " + socket.closeStatusCode());
        });
    }

    @Override
    public int lost() {
        return lost;
    }
}
