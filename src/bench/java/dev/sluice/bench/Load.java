package dev.sluice.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The clients, in a process of their own, so that their descriptors, their memory and their CPU time are not the
 * server's. Each mode prints JSON lines with what happened; anything refused ends it with a status other than 0.
 *
 * <p>Arguments: mode, kind of server, port, token, the server's process id, connections, in flight on each, seconds of
 * warm-up, seconds of measuring. One event loop, so that the server has the other core.
 */
public final class Load {
    private static final long PATIENCE_SECONDS = 180;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Target target;
    private final long serverPid;
    private final int connections;
    private final int inFlight;
    private final int warmUpSeconds;
    private final int seconds;
    /** Written by the one event loop. */
    private final AtomicLong answers = new AtomicLong();

    private final AtomicLong wrong = new AtomicLong();

    private Load(String[] args) {
        this.target = new Target(
                Target.Kind.valueOf(args[1].toUpperCase(Locale.ROOT)), Integer.parseInt(args[2]), args[3]);
        this.serverPid = Long.parseLong(args[4]);
        this.connections = Integer.parseInt(args[5]);
        this.inFlight = Integer.parseInt(args[6]);
        this.warmUpSeconds = Integer.parseInt(args[7]);
        this.seconds = Integer.parseInt(args[8]);
    }

    public static void main(String[] args) throws Exception {
        Load load = new Load(args);
        try {
            switch (args[0]) {
                case "heartbeats" -> load.heartbeats();
                case "idle" -> load.idle();
                case "polls" -> load.polls();
                case "fanout" -> load.fanout().sockets(false);
                case "fanout-steady" -> load.fanout().sockets(true);
                case "fanout-polls" -> load.fanout().polls();
                case "socketio" -> load.fanout().socketIo();
                case "socketio-polls" -> load.fanout().socketIoPolls();
                case "socketio-idle" -> load.socketIoIdle();
                default -> throw new IllegalArgumentException("no such mode: " + args[0]);
            }
        } catch (Exception failed) {
            failed.printStackTrace();
            System.exit(1);
        }
        System.exit(0);
    }

    /** What it has in flight on each is how many events make a publication. */
    private FanoutLoad fanout() {
        return new FanoutLoad(
                vertx, target, serverPid, new int[] {connections, inFlight, warmUpSeconds, seconds});
    }

    /** As {@link #idle}, with Socket.IO clients. */
    private void socketIoIdle() throws Exception {
        SocketIoSockets sockets =
                new SocketIoSockets(vertx, target, connections, new Deliveries(connections), () -> {}, false);
        BufferedReader go = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        int open = 0;
        for (int count : new int[] {connections / 2, connections}) {
            int from = open;
            CompletableFuture<Void> opened = new CompletableFuture<>();
            vertx.runOnContext(start -> sockets.open(from, count)
                    .onSuccess(done -> opened.complete(null))
                    .onFailure(opened::completeExceptionally));
            opened.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            open = count;
            print(Map.of("open", open));
            go.readLine();
        }
        print(Map.of("lost", sockets.lost()));
    }

    /** Half of the connections, then all of them, each time waiting for a line on standard input; then it hangs up. */
    private void idle() throws Exception {
        AgentSockets agents = new AgentSockets(vertx, target, "idle");
        BufferedReader go = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (int count : new int[] {connections / 2, connections}) {
            long start = System.nanoTime();
            int open = await(agents.openUpTo(count)).size();
            print(Map.of(
                    "open", open, "lost", agents.lost(), "retried", agents.retried(), "seconds", secondsSince(start)));
            go.readLine();
        }
        print(Map.of("open", connections - agents.lost(), "lost", agents.lost()));
    }

    private void heartbeats() throws Exception {
        AgentSockets agents = new AgentSockets(vertx, target, "beat");
        List<WebSocket> sockets = await(agents.openUpTo(connections));
        String beat =
                """
                {"type":"heartbeat","request_id":"hb-17","payload":{"status":"available",\
                "metadata":{"version":"1.4.0"}},"timestamp":"2026-01-31T12:00:00Z"}""";
        vertx.runOnContext(start -> sockets.forEach(socket -> {
            socket.frameHandler(frame -> {
                if (!frame.isText()) {
                    return;
                }
                if (isAck(frame.binaryData())) {
                    answers.lazySet(answers.get() + 1);
                    socket.writeTextMessage(beat);
                } else {
                    wrong.incrementAndGet();
                }
            });
            for (int i = 0; i < inFlight; i++) {
                socket.writeTextMessage(beat);
            }
        }));
        measure();
        if (agents.lost() > 0) {
            throw new IllegalStateException(agents.lost() + " connections lost");
        }
    }

    /** Both servers write the type first. Looking at all of it would cost the core that the server needs. */
    private static boolean isAck(Buffer frame) {
        String start = "{\"type\":\"heartbeat_ack\"";
        return frame.length() > start.length()
                && frame.getByte(9) == 'h'
                && frame.getByte(start.length() - 1) == '"'
                && frame.getByte(start.length() - 4) == 'a';
    }

    private void polls() throws Exception {
        List<RequestOptions> requests = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            requests.add(new RequestOptions()
                    .setMethod(HttpMethod.GET)
                    .setHost(Target.HOST)
                    .setPort(target.port())
                    .setURI(target.pollPath("poll-" + i))
                    .putHeader("Authorization", target.bearer()));
        }
        vertx.runOnContext(start -> {
            for (RequestOptions request : requests) {
                HttpClient one = vertx.createHttpClient(
                        new HttpClientOptions().setLocalAddress("127.0.0.2"), new PoolOptions().setHttp1MaxSize(1));
                for (int i = 0; i < inFlight; i++) {
                    poll(one, request);
                }
            }
        });
        measure();
    }

    private void poll(HttpClient client, RequestOptions request) {
        client.request(request)
                .compose(ready -> ready.send())
                .compose(answer -> answer.body().map(body -> answer.statusCode() == 200 && body.length() > 0))
                .onComplete(done -> {
                    if (done.succeeded() && done.result()) {
                        answers.lazySet(answers.get() + 1);
                    } else {
                        wrong.incrementAndGet();
                    }
                    // As a task of its own: a chain of completed futures must not grow the stack.
                    vertx.runOnContext(next -> poll(client, request));
                });
    }

    /** What is answered, and what the server spends on it, between the end of the warm-up and the end. */
    private void measure() throws IOException, InterruptedException {
        TimeUnit.SECONDS.sleep(warmUpSeconds);
        long answersBefore = answers.get();
        double cpuBefore = ProcessFigures.cpuSeconds(serverPid);
        double ownCpuBefore = ProcessFigures.cpuSeconds(ProcessHandle.current().pid());
        long start = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        long answered = answers.get() - answersBefore;
        double cpu = ProcessFigures.cpuSeconds(serverPid) - cpuBefore;
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("answers", answered);
        line.put("wrong", wrong.get());
        line.put("seconds", secondsSince(start));
        line.put("server_cpu_seconds", cpu);
        line.put(
                "client_cpu_seconds",
                ProcessFigures.cpuSeconds(ProcessHandle.current().pid()) - ownCpuBefore);
        print(line);
        if (wrong.get() > 0 || answered == 0) {
            throw new IllegalStateException(wrong.get() + " wrong answers of " + answered);
        }
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static void print(Map<String, ?> line) throws IOException {
        System.out.println(JSON.writeValueAsString(line));
        System.out.flush();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
