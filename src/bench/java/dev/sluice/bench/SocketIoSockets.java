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

/** Socket.IO clients over WebSocket, by hand: the same packets to every server that speaks the protocol. */
final class SocketIoSockets implements Subscribers {
    static final String SUBSCRIBE = "420[\"subscribe\",{\"channel\":\"%s\"}]".formatted(CHANNEL);

    private final Target target;
    private final int count;
    private final Deliveries deliveries;
    private final Runnable onArrival;
    private final boolean subscribes;
    private final List<WebSocketClient> clients = new ArrayList<>();
    private int lost;

    /** @param subscribes false for clients that are only there */
    SocketIoSockets(
            Vertx vertx, Target target, int count, Deliveries deliveries, Runnable onArrival, boolean subscribes) {
        this.target = target;
        this.count = count;
        this.deliveries = deliveries;
        this.onArrival = onArrival;
        this.subscribes = subscribes;
        for (int i = 0; i < SOURCE_ADDRESSES; i++) {
            clients.add(vertx.createWebSocketClient(new WebSocketClientOptions()
                    .setLocalAddress(Subscribers.address(i))
                    .setMaxConnections(20_000)
                    .setConnectTimeout(20_000)));
        }
    }

    @Override
    public Future<Void> open() {
        return open(0, count);
    }

    Future<Void> open(int from, int to) {
        return Subscribers.each(from, to, this::openOne);
    }

    private Future<Void> openOne(int subscriber) {
        WebSocketConnectOptions where = new WebSocketConnectOptions()
                .setHost(Target.HOST)
                .setPort(target.port())
                .setURI("/socket.io/?EIO=4&transport=websocket");
        return clients.get(subscriber % SOURCE_ADDRESSES).connect(where).compose(socket -> {
            Promise<Void> ready = Promise.promise();
            listen(socket, subscriber, ready);
            return ready.future();
        });
    }

    private void listen(WebSocket socket, int subscriber, Promise<Void> ready) {
        socket.frameHandler(frame -> {
            if (!frame.isText()) {
                return;
            }
            if (deliveries.arrived(subscriber, frame.binaryData()) > 0) {
                onArrival.run();
                return;
            }
            String packet = frame.textData();
            if (packet.equals("2")) {
                socket.writeTextMessage("3");
            } else if (packet.startsWith("0")) {
                socket.writeTextMessage("40");
            } else if (packet.startsWith("40")) {
                if (subscribes) {
                    socket.writeTextMessage(SUBSCRIBE);
                } else {
                    ready.tryComplete();
                }
            } else if (packet.startsWith("430")) {
                ready.tryComplete();
            }
        });
        socket.closeHandler(closed -> {
            lost++;
            System.err.printf("socket %d lost: %s%n", subscriber, socket.closeStatusCode());
            ready.tryFail("closed with " + socket.closeStatusCode());
        });
    }

    @Override
    public int lost() {
        return lost;
    }
}
