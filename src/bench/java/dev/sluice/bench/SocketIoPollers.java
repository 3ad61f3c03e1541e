package dev.sluice.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Socket.IO clients that poll, by hand, each on a keep-alive connection of its own. */
final class SocketIoPollers implements Subscribers {
    private static final byte PING = '2';
    private static final byte SEPARATOR = 0x1e;

    private final Target target;
    private final int count;
    private final Deliveries deliveries;
    private final Runnable onArrival;
    private final List<NetClient> clients = new ArrayList<>();
    private int lost;

    SocketIoPollers(Vertx vertx, Target target, int count, Deliveries deliveries, Runnable onArrival) {
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

    private final class Poller {
        private final NetSocket socket;
        private final int subscriber;
        private final Promise<Void> ready = Promise.promise();
        private String path = "/socket.io/?EIO=4&transport=polling";
        private Consumer<Buffer> onBody = this::opened;

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
            get();
            return ready.future();
        }

        private void opened(Buffer body) {
            String text = body.toString();
            int sid = text.indexOf("\"sid\":\"") + 7;
            path += "&sid=" + text.substring(sid, text.indexOf('"', sid));
            say("40");
        }

        private void get() {
            socket.write("GET " + path + " HTTP/1.1\r\nHost: bench\r\n\r\n");
        }

        /** A POST, then the next GET. */
        private void say(String packet) {
            onBody = ok -> {
                onBody = this::arrived;
                get();
            };
            socket.write("POST %s HTTP/1.1\r\nHost: bench\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: %d\r\n\r\n%s"
                    .formatted(path, packet.length(), packet));
        }

        /** Of several packets; the middle is looked at only where there is one. */
        private static boolean hasPing(Buffer body, int events) {
            int end = body.length() - 1;
            return body.getByte(0) == PING && body.getByte(1) == SEPARATOR
                    || body.getByte(end) == PING && body.getByte(end - 1) == SEPARATOR
                    || events > 1 && body.toString().contains("\u001e2\u001e");
        }

        private void arrived(Buffer body) {
            int events = deliveries.arrived(subscriber, body);
            if (events > 0) {
                if (hasPing(body, events)) {
                    say("3");
                } else {
                    get();
                }
                onArrival.run();
                return;
            }
            String packets = body.toString();
            if (packets.startsWith("40")) {
                say(SocketIoSockets.SUBSCRIBE);
            } else if (packets.equals("2")) {
                say("3");
            } else {
                if (packets.startsWith("430")) {
                    ready.tryComplete();
                }
                get();
            }
        }
    }
}
