package dev.sluice.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/** Opens WebSockets the way agents do: each connects from one of several addresses and registers as an agent of its own. */
final class AgentSockets {
    /** 127.0.0.2 and following: one address has some 28,000 ports, and a real fleet has many addresses. */
    private static final int SOURCE_ADDRESSES = 8;

    /** Handshakes under way at once: below the listener's backlog, and no herd at the database. */
    private static final int AT_ONCE = 32;

    /** Agents that are asked to try later do; a machine busy with other things may need that. */
    private static final int ATTEMPTS = 10;

    private static final int RETRY_MILLIS = 1_000;

    private static final int HANDSHAKE_MILLIS = 20_000;

    private final Vertx vertx;
    private final Target target;
    private final String name;
    private final List<WebSocketClient> clients = new ArrayList<>();
    private final List<WebSocket> open = new ArrayList<>();
    private int lost;
    private int retried;

    /** @param name begins every agent's id */
    AgentSockets(Vertx vertx, Target target, String name) {
        this.vertx = vertx;
        this.target = target;
        this.name = name;
        for (int i = 0; i < SOURCE_ADDRESSES; i++) {
            clients.add(vertx.createWebSocketClient(new WebSocketClientOptions()
                    .setLocalAddress("127.0.0." + (2 + i))
                    .setMaxConnections(20_000)
                    .setConnectTimeout(HANDSHAKE_MILLIS)));
        }
    }

    /** Opens more, up to that many in all; fails where one of them is refused. */
    Future<List<WebSocket>> openUpTo(int count) {
        Iterator<Integer> agents = IntStream.range(open.size(), count).iterator();
        List<Future<Void>> lanes = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            lanes.add(openNext(agents));
        }
        return Future.all(lanes).map(done -> open);
    }

    private Future<Void> openNext(Iterator<Integer> agents) {
        if (!agents.hasNext()) {
            return Future.succeededFuture();
        }
        return openOne(agents.next(), ATTEMPTS).compose(next -> openNext(agents));
    }

    private Future<Void> openOne(int agent, int attempts) {
        return openOne(agent).recover(failure -> {
            if (attempts == 1) {
                return Future.failedFuture(failure);
            }
            retried++;
            Promise<Void> later = Promise.promise();
            vertx.setTimer(
                    RETRY_MILLIS, retry -> openOne(agent, attempts - 1).onComplete(later));
            return later.future();
        });
    }

    private Future<Void> openOne(int agent) {
        WebSocketConnectOptions where = new WebSocketConnectOptions()
                .setHost(Target.HOST)
                .setPort(target.port())
                .setURI(target.socketPath())
                .putHeader("Authorization", target.bearer());
        return clients.get(agent % SOURCE_ADDRESSES).connect(where).compose(socket -> register(socket, agent));
    }

    private Future<Void> register(WebSocket socket, int agent) {
        Promise<Void> registered = Promise.promise();
        registered.future().onFailure(failure -> socket.close());
        long patience = vertx.setTimer(HANDSHAKE_MILLIS, late -> registered.tryFail("register timed out"));
        socket.frameHandler(frame -> {
            if (frame.isText() && frame.textData().startsWith("{\"type\":\"register_success\"")) {
                open.add(socket);
                registered.tryComplete();
            } else if (frame.isText()) {
                registered.tryFail(frame.textData());
            }
        });
        socket.closeHandler(closed -> {
            if (!registered.tryFail("closed with " + socket.closeStatusCode())
                    && registered.future().succeeded()) {
                lost++;
                System.err.printf("agent %d lost: %s%n", agent, socket.closeStatusCode());
            }
        });
        String id = name + "-" + agent;
        socket.writeTextMessage(
                """
                {"type":"register","request_id":"r1","payload":{"agent_id":"%s","name":"%s","agent_version":"1.4.0",\
                "environment":"bench","region":"eu-west-1","features":{"supports_polling":true}},\
                "timestamp":"2026-01-31T12:00:00Z"}"""
                        .formatted(id, id));
        return registered.future().onComplete(done -> vertx.cancelTimer(patience));
    }

    /** Connections that ended without being asked to. */
    int lost() {
        return lost;
    }

    /** Attempts that were refused or came too late, and were made again. */
    int retried() {
        return retried;
    }
}
