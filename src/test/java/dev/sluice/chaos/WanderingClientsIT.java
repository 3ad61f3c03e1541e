package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Clients that change between WebSocket, long poll and event stream all the time, behind a slow network that cuts them
 * off, while the percentage goes up and down and the gateway is killed (SIGKILL) in the middle: every client has every
 * event of every durable channel exactly once, in order.
 */
class WanderingClientsIT {
    private static final int CLIENTS = Integer.getInteger("sluice.chaos.clients", 20);
    private static final int EVENTS = Integer.getInteger("sluice.chaos.events", 1_000);
    private static final long SEED = Long.getLong("sluice.chaos.seed", 20_261_120);
    private static final List<String> CHANNELS =
            IntStream.rangeClosed(1, 5).mapToObj(i -> "storm-" + i).toList();
    private static final Duration ALL = Duration.ofMinutes(4);

    private static Gateway gateway;
    private static SlowProxy proxy;

    @BeforeAll
    static void start() throws IOException {
        gateway = new Gateway("WanderingClientsIT")
                .with("SLUICE_LIMITS_MESSAGES_PER_SECOND", "100000")
                .with("SLUICE_LIMITS_REQUESTS_PER_SECOND", "100000")
                .with("SLUICE_ROLLOUT_GUARD_ENABLED", "false")
                .with("SLUICE_ROLLOUT_DRAIN_SPREAD", "200ms");
        Path config = gateway.home().resolve("config/application.properties");
        Files.createDirectories(config.getParent());
        Files.writeString(
                config,
                """
                sluice.channels."storm-*".history.durable=true
                sluice.channels."storm-*".history.size=20000
                sluice.channels."storm-*".history.bytes=64M
                sluice.channels."storm-*".history.age=1h
                """);
        gateway.start();
        proxy = new SlowProxy(gateway.port(), SEED, 400, 2_000);
    }

    @AfterAll
    static void stop() {
        proxy.close();
        gateway.close();
    }

    @Test
    void everyClientHasEveryEventOnceInOrder() {
        Random dice = new Random(SEED);
        List<WanderingClient> clients = IntStream.range(0, CLIENTS)
                .mapToObj(i -> new WanderingClient("wanderer-" + i, proxy.port(), CHANNELS, dice.nextLong()))
                .toList();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger published = new AtomicInteger();
        int kill = EVENTS / 3 + dice.nextInt(EVENTS / 3);
        try {
            CompletableFuture.allOf(clients.stream()
                            .map(client -> CompletableFuture.runAsync(client::begin, threads))
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
            CompletableFuture<?> publisher = CompletableFuture.runAsync(() -> publishAll(published));
            CompletableFuture<?> operator = CompletableFuture.runAsync(() -> flip(new Random(SEED + 1), over));
            List<CompletableFuture<?>> wanderings = new ArrayList<>();
            for (WanderingClient client : clients) {
                wanderings.add(CompletableFuture.runAsync(
                        () -> client.wander(() -> over.get() || client.total() >= EVENTS), threads));
            }

            await("half is published").atMost(ALL).until(() -> published.get() >= kill || publisher.isDone());
            gateway.kill9();
            gateway.start();
            publisher.join();
            await("everybody has everything, or somebody failed")
                    .atMost(ALL)
                    .until(() -> wanderings.stream().allMatch(CompletableFuture::isDone)
                            || wanderings.stream().anyMatch(CompletableFuture::isCompletedExceptionally));
            over.set(true);
            operator.join();
            wanderings.forEach(CompletableFuture::join);
        } finally {
            over.set(true);
            threads.shutdownNow();
            print(clients, kill);
        }

        clients.forEach(WanderingClientsIT::check);
    }

    private static void check(WanderingClient client) {
        assertThat(client.notes()).as(client.name()).isEmpty();
        for (String channel : CHANNELS) {
            List<Integer> expected =
                    IntStream.rangeClosed(1, EVENTS / CHANNELS.size()).boxed().toList();
            assertThat(client.seen(channel)).as(client.name() + " " + channel).isEqualTo(expected);
        }
    }

    private static void print(List<WanderingClient> clients, int kill) {
        Map<String, Integer> legs = new HashMap<>();
        clients.forEach(
                client -> client.legs().forEach((transport, count) -> legs.merge(transport, count, Integer::sum)));
        long deliveries = clients.stream().mapToLong(WanderingClient::total).sum();
        long distinct = clients.stream()
                .mapToLong(client -> CHANNELS.stream()
                        .mapToLong(channel ->
                                client.seen(channel).stream().distinct().count())
                        .sum())
                .sum();
        long disordered = clients.stream()
                .mapToLong(client -> CHANNELS.stream()
                        .filter(channel ->
                                !client.seen(channel).stream().sorted().toList().equals(client.seen(channel)))
                        .count())
                .sum();
        System.out.printf(
                "[wandering clients, seed %d] %d clients, %d events over %d channels, killed after %d; expected %d,"
                        + " delivered %d, doubled %d, channels out of order %d; legs %s, %d cuts by the network; notes %s%n",
                SEED,
                clients.size(),
                EVENTS,
                CHANNELS.size(),
                kill,
                (long) clients.size() * EVENTS,
                deliveries,
                deliveries - distinct,
                disordered,
                legs,
                proxy.cuts(),
                clients.stream()
                        .flatMap(client -> client.notes().stream())
                        .limit(5)
                        .collect(Collectors.toList()));
    }

    /** Numbered per channel; a doubtful attempt is repeated with the same key, so that it counts once. */
    private static void publishAll(AtomicInteger published) {
        for (int i = 0; i < EVENTS; i++) {
            String channel = CHANNELS.get(i % CHANNELS.size());
            int number = i / CHANNELS.size() + 1;
            publish(Map.of(
                    "channel",
                    channel,
                    "event",
                    "tick",
                    "data",
                    Map.of("n", number),
                    "idempotency_key",
                    channel + "/" + number));
            published.set(i + 1);
        }
    }

    private static void publish(Map<String, Object> event) {
        while (true) {
            try {
                HttpResponse<String> answer = gateway.post("/api/v1/events", event);
                if (answer.statusCode() == 200) {
                    return;
                }
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            } catch (UncheckedIOException killed) {
                await("the gateway is back").atMost(Gateway.START).until(gateway::ready);
            }
        }
    }

    /** An operator who cannot decide. */
    private static void flip(Random dice, AtomicBoolean over) {
        List<Integer> percentages = List.of(0, 50, 100, 100);
        while (!over.get()) {
            try {
                Gateway.send(gateway.asAdmin("/api/v1/admin/rollout")
                        .method(
                                "PUT",
                                Gateway.json(Map.of(
                                        "percentage",
                                        percentages.get(dice.nextInt(percentages.size())),
                                        "reason",
                                        "flip"))));
            } catch (UncheckedIOException killed) {
                // Again, once it is back.
            }
            SimulatedAgent.within(Duration.ofMillis(400), over::get);
        }
    }
}
