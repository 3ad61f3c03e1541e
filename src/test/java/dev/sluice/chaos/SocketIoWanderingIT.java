package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.testkit.SocketIoPerson;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Socket.IO clients whose connections are cut at random while numbered events are published, with the gateway killed in
 * the middle: each has every event once and in order, whatever it had to recover from.
 */
class SocketIoWanderingIT {
    private static final long SEED = Long.getLong("dev.sluice.seed", 20261126);
    private static final int CLIENTS = 12;
    private static final int EVENTS = 300;

    private static final int KILLED_AT = EVENTS / 2;
    private static final String CHANNEL = "pipelines;wandering";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** One client: what it got, and how often it came back. */
    private static final class Wanderer {
        private final List<Integer> got = new ArrayList<>();
        private final Random random;
        private final SocketIoPerson person;
        private int cuts;
        private int recovered;

        Wanderer(Gateway gateway, int number) {
            this.random = new Random(SEED + number);
            this.person = new SocketIoPerson(gateway.url("/"), "/pipelines", "&client_id=wanderer-" + number);
        }

        void begin() {
            person.connect();
            assertThat(person.ask("subscribe", "wandering").path("ok").asBoolean())
                    .isTrue();
        }

        void wander() {
            while (got.size() < EVENTS) {
                int before = random.nextInt(20);
                try {
                    for (int i = 0; i < before && got.size() < EVENTS; i++) {
                        List<JsonNode> event = person.event();
                        got.add(event.get(1).asInt());
                    }
                    person.cut();
                    cuts++;
                } catch (UncheckedIOException | CompletionException gone) {
                    // The gateway was killed, and took the connection with it.
                }
                comeBack();
            }
        }

        private void comeBack() {
            Awaitility.await("it is back")
                    .atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .until(() -> {
                        try {
                            assertThat(person.connect()).as("recovered").isTrue();
                            recovered++;
                            return true;
                        } catch (UncheckedIOException | CompletionException notYet) {
                            // Nobody listens, or the gateway was killed before it answered.
                            return false;
                        }
                    });
        }
    }

    @Test
    void everyEventOnceAndInOrder() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Gateway gateway = new Gateway("SocketIoWanderingIT")
                .with("SLUICE_LIMITS_REQUESTS_PER_SECOND", "10000")
                .with("SLUICE_LIMITS_MESSAGES_PER_SECOND", "10000")) {
            Path file =
                    Files.createDirectories(gateway.home().resolve("config")).resolve("application.properties");
            Files.writeString(file, "sluice.channels.\"pipelines;*\".history.size=1000\n");
            gateway.start();
            List<Wanderer> all = IntStream.range(0, CLIENTS)
                    .mapToObj(number -> new Wanderer(gateway, number))
                    .toList();
            all.forEach(Wanderer::begin);
            List<CompletableFuture<Void>> ways = all.stream()
                    .map(each -> CompletableFuture.runAsync(each::wander, threads))
                    .toList();

            for (int n = 1; n <= EVENTS; n++) {
                if (n == KILLED_AT) {
                    gateway.kill9();
                    gateway.start();
                }
                publish(gateway, n);
            }
            CompletableFuture.allOf(ways.toArray(CompletableFuture[]::new)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

            List<Integer> expected = IntStream.rangeClosed(1, EVENTS).boxed().toList();
            System.out.printf(
                    "[socket.io wandering, seed %d] %d clients, %d events, killed once: delivered %d of %d, %d cuts, %d recovered%n",
                    SEED,
                    CLIENTS,
                    EVENTS,
                    all.stream().mapToInt(each -> each.got.size()).sum(),
                    CLIENTS * EVENTS,
                    all.stream().mapToInt(each -> each.cuts).sum(),
                    all.stream().mapToInt(each -> each.recovered).sum());
            assertThat(all).allSatisfy(each -> assertThat(each.got).isEqualTo(expected));
        } finally {
            threads.shutdownNow();
        }
    }

    private static void publish(Gateway gateway, int n) {
        Map<String, Object> event =
                Map.of("channel", CHANNEL, "event", "number", "data", n, "idempotency_key", "number-" + n);
        Awaitility.await("published").atMost(PATIENCE).pollDelay(Duration.ZERO).until(() -> {
            try {
                return gateway.post("/api/v1/events", event).statusCode() == 200;
            } catch (UncheckedIOException notYet) {
                return false;
            }
        });
    }
}
