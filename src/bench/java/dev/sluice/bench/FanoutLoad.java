package dev.sluice.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The one publisher and all subscribers of a channel. It publishes again once everybody has what it published before,
 * a bounded number of publications ahead, or at a steady rate; each phase is one line of figures.
 */
final class FanoutLoad {
    /** One phase: how long events are, how many make a publication, how many publications are under way. */
    private record Phase(String name, int size, int batch, int inFlight, int perSecond) {}

    private static final long PATIENCE_SECONDS = 120;
    private static final int DELIVERIES_PER_SECOND = 20_000;
    private static final int SMALL = 128;
    private static final int LARGE = 1_024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Vertx vertx;
    private final Target target;
    private final long serverPid;
    private final int count;
    private final int batch;
    private final int warmUpSeconds;
    private final int seconds;
    private final Deliveries deliveries;
    private final HttpClient publisher;
    private final RequestOptions publish;

    private Subscribers subscribers;
    /** What an event's data is made of. */
    private String data = "%s";

    private Phase phase = new Phase("", SMALL, 1, 1, 0);
    private boolean publishing;
    private long next = Deliveries.FIRST;
    private int refused;
    private long timer = -1;

    FanoutLoad(Vertx vertx, Target target, long serverPid, int[] numbers) {
        this.vertx = vertx;
        this.target = target;
        this.serverPid = serverPid;
        this.count = numbers[0];
        this.batch = numbers[1];
        this.warmUpSeconds = numbers[2];
        this.seconds = numbers[3];
        this.deliveries = new Deliveries(count);
        // One connection, so that what is published first is appended first.
        this.publisher = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(1));
        this.publish = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(Target.HOST)
                .setPort(target.publishPort())
                .setURI(BareFanout.PUBLISH_PATH)
                .putHeader("Content-Type", "application/json")
                .putHeader("Authorization", target.bearer());
        this.subscribers = new SocketSubscribers(vertx, target, count, deliveries, this::fill);
    }

    /** Over WebSocket: two sizes as fast as it goes, and a steady rate where {@code steady} says so. */
    void sockets(boolean steady) throws Exception {
        open();
        run(new Phase("128 B", SMALL, batch, 2, 0));
        run(new Phase("1 KiB", LARGE, batch, 2, 0));
        if (steady) {
            run(new Phase("steady", SMALL, 1, Integer.MAX_VALUE, DELIVERIES_PER_SECOND / count));
        }
        end();
    }

    void polls() throws Exception {
        subscribers = new PollSubscribers(vertx, target, count, deliveries, this::fill);
        open();
        run(new Phase("128 B", SMALL, 1, 1, 0));
        run(new Phase("1 KiB", LARGE, 1, 1, 0));
        end();
    }

    /** Socket.IO clients over WebSocket. */
    void socketIo() throws Exception {
        data = "{\"data\":%s}";
        subscribers = new SocketIoSockets(vertx, target, count, deliveries, this::fill, true);
        open();
        run(new Phase("128 B", SMALL, batch, 2, 0));
        run(new Phase("1 KiB", LARGE, batch, 2, 0));
        run(new Phase("128 B one by one", SMALL, 1, 2, 0));
        end();
    }

    /** Socket.IO clients that poll. */
    void socketIoPolls() throws Exception {
        data = "{\"data\":%s}";
        subscribers = new SocketIoPollers(vertx, target, count, deliveries, this::fill);
        open();
        run(new Phase("128 B", SMALL, 1, 1, 0));
        run(new Phase("1 KiB", LARGE, 1, 1, 0));
        end();
    }

    private void open() throws Exception {
        CompletableFuture<Void> opened = new CompletableFuture<>();
        vertx.runOnContext(start -> subscribers.open().onComplete(done -> {
            if (done.succeeded()) {
                opened.complete(null);
            } else {
                opened.completeExceptionally(done.cause());
            }
        }));
        opened.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void run(Phase what) throws Exception {
        onLoop(() -> {
            phase = what;
            publishing = true;
            if (what.perSecond() > 0) {
                timer = vertx.setPeriodic(1_000 / what.perSecond(), tick -> publishOne());
            } else {
                fill();
            }
        });
        TimeUnit.SECONDS.sleep(warmUpSeconds);
        ProcessFigures.awaitCompiled(serverPid);
        onLoop(deliveries::measureAfresh);
        long receivedBefore = onLoop(deliveries::received);
        long bytesBefore = onLoop(deliveries::bytes);
        double cpuBefore = ProcessFigures.cpuSeconds(serverPid);
        double ownBefore = ProcessFigures.cpuSeconds(ProcessHandle.current().pid());
        long start = System.nanoTime();
        // A steady rate has few events, and each of them is late for all together.
        TimeUnit.SECONDS.sleep(what.perSecond() > 0 ? 4L * seconds : seconds);
        long received = onLoop(deliveries::received) - receivedBefore;
        double cpu = ProcessFigures.cpuSeconds(serverPid) - cpuBefore;
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("phase", what.name());
        line.put("deliveries", received);
        line.put("bytes_each", (onLoop(deliveries::bytes) - bytesBefore) / Math.max(1, received));
        line.put("seconds", (System.nanoTime() - start) / 1e9);
        line.put("server_cpu_seconds", cpu);
        line.put("client_cpu_seconds", ProcessFigures.cpuSeconds(ProcessHandle.current().pid()) - ownBefore);
        line.put("p50", onLoop(() -> deliveries.latencyMillis(0.5)));
        line.put("p99", onLoop(() -> deliveries.latencyMillis(0.99)));
        onLoop(() -> {
            publishing = false;
            vertx.cancelTimer(timer);
        });
        awaitEverybody();
        System.out.println(JSON.writeValueAsString(line));
        System.out.flush();
    }

    private void awaitEverybody() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (onLoop(() -> deliveries.incomplete(next - 1)) > 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        long incomplete = onLoop(() -> deliveries.incomplete(next - 1));
        long wrong = onLoop(deliveries::wrong);
        int lost = onLoop(subscribers::lost);
        if (incomplete + wrong + lost + refused > 0) {
            throw new IllegalStateException("%d subscribers incomplete, %d wrong, %d lost, %d publications refused"
                    .formatted(incomplete, wrong, lost, refused));
        }
    }

    private void end() {
        System.exit(0); // hangs up
    }

    /** Publishes while fewer are under way than may be. */
    private void fill() {
        while (publishing
                && phase.perSecond() == 0
                && (next - Deliveries.FIRST) * count - deliveries.received()
                        <= (long) (phase.inFlight() - 1) * phase.batch() * count) {
            publishOne();
        }
    }

    private void publishOne() {
        Buffer body = Buffer.buffer("[");
        for (int i = 0; i < phase.batch(); i++) {
            body.appendString(i == 0 ? "" : ",")
                    .appendString("{\"channel\":\"%s\",\"event\":\"tick\",\"data\":%s}"
                            .formatted(Subscribers.CHANNEL, data.formatted(Deliveries.data(next++, phase.size()))));
        }
        publisher
                .request(publish)
                .compose(request -> request.send(body.appendString("]")))
                .compose(answer -> answer.statusCode() == 200
                        ? answer.body()
                        : Future.failedFuture("publication answered " + answer.statusCode()))
                .onFailure(failure -> {
                    refused++;
                    failure.printStackTrace();
                });
    }

    private void onLoop(Runnable task) throws Exception {
        onLoop(() -> {
            task.run();
            return 0;
        });
    }

    private <T> T onLoop(java.util.function.Supplier<T> task) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        vertx.runOnContext(hop -> done.complete(task.get()));
        return done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
