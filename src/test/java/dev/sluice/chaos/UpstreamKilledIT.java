package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.testkit.NativePerson;
import dev.sluice.testkit.NativePerson.Way;
import dev.sluice.testkit.NativeWire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The gateway is killed while the application behind it is not well: it is told all the same, in order. */
class UpstreamKilledIT {
    private static final int MESSAGES = 20;

    /** Answers 503 until it is well; keeps what it heard then. */
    private static final class Application implements AutoCloseable {
        final List<JsonNode> heard = new CopyOnWriteArrayList<>();
        volatile boolean well = true;
        private final HttpServer server;

        Application() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", this::answer);
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        }

        private void answer(HttpExchange exchange) throws IOException {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                if (well) {
                    heard.add(Gateway.parse(body));
                }
                exchange.sendResponseHeaders(well ? 204 : 503, -1);
            }
        }

        @Override
        public void close() {
            server.stop(0);
        }

        List<Integer> told() {
            return heard.stream()
                    .filter(event -> event.path("type").asText().equals("dev.sluice.client.message"))
                    .map(event -> event.path("data").path("data").path("n").asInt())
                    .toList();
        }
    }

    @Test
    void whatWasAcknowledgedIsToldInOrderAfterTheKill() throws IOException {
        try (Application application = new Application();
                Gateway gateway = new Gateway("UpstreamKilledIT")
                        .with("SLUICE_UPSTREAM_URL", application.url())
                        .with("SLUICE_UPSTREAM_FIRST_RETRY", "100ms")
                        .with("SLUICE_UPSTREAM_LONGEST_RETRY", "500ms")
                        .start();
                NativePerson person = new NativePerson(gateway.url("/"), Gateway.ADMIN_TOKEN)) {
            NativeWire wire = person.connect(Way.WEBSOCKET);
            application.well = false;
            for (int n = 0; n < MESSAGES; n++) {
                wire.say(
                        List.of(Map.of("type", "message", "payload", Map.of("event", "note", "data", Map.of("n", n)))));
                wire.await("ack");
            }

            gateway.kill9();
            application.well = true;
            gateway.start();

            List<Integer> all = IntStream.range(0, MESSAGES).boxed().toList();
            await("everything is told")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> application.told().size() >= MESSAGES);
            assertThat(application.told()).isEqualTo(all);
            assertThat(application.heard.stream()
                            .map(event -> event.path("subject").asText())
                            .distinct())
                    .hasSize(1);
        }
    }
}
