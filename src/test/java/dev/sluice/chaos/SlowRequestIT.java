package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Sockets that never send a whole request: they cost a descriptor each, so none may stay. */
@Execution(ExecutionMode.CONCURRENT)
class SlowRequestIT {
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(15);
    private static final String POST = "POST /api/v1/clusters/agent/register HTTP/1.1\r\nHost: gateway\r\n"
            + "Authorization: Bearer " + Gateway.AGENT_TOKEN + "\r\nContent-Type: application/json\r\n";

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = new Gateway("SlowRequestIT")
                .with("SLUICE_LIMITS_REQUEST_TIMEOUT", "3s")
                .with("SLUICE_LIMITS_BODY_TIMEOUT", "3s")
                .with("SLUICE_AGENTS_FIRST_FRAME", "3s")
                .start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void closesWhoeverSendsNothing() throws IOException {
        try (RawSocket silent = new RawSocket(gateway)) {
            assertThat(silent.readToEnd(CLOSED_WITHIN)).isEmpty();
        }
    }

    @Test
    void closesWhoeverSendsHalfAHead() throws IOException {
        try (RawSocket half = new RawSocket(gateway)) {
            half.write("GET /api/v1/rollout HTTP/1.1\r\nHost: gate");

            assertThat(half.readToEnd(CLOSED_WITHIN)).isEmpty();
        }
    }

    /** Something moves all the time, so an idle timeout alone would never end it. */
    @Test
    void closesWhoeverDripsItsHead() throws IOException {
        try (RawSocket drip = new RawSocket(gateway);
                Drip ignored = new Drip(drip, "GET /api/v1/rollout HTTP/1.1\r\nX-Long: ", "x")) {
            assertThat(drip.readToEnd(CLOSED_WITHIN)).isEmpty();
        }
    }

    @Test
    void refusesABodyThatStalls() throws IOException {
        try (RawSocket stalled = new RawSocket(gateway)) {
            stalled.write(POST + "Content-Length: 1000\r\n\r\n{\"agent_id\":");

            assertThat(stalled.readToEnd(CLOSED_WITHIN)).startsWith("HTTP/1.1 4");
        }
    }

    @Test
    void refusesABodyThatDrips() throws IOException {
        try (RawSocket drip = new RawSocket(gateway);
                Drip ignored = new Drip(drip, POST + "Content-Length: 100000\r\n\r\n{\"agent_id\":\"", "x")) {
            assertThat(drip.readToEnd(CLOSED_WITHIN)).startsWith("HTTP/1.1 4");
        }
    }

    @Test
    void closesAWebSocketThatSaysNothing() throws IOException {
        try (RawSocket silent = new RawSocket(gateway)) {
            silent.upgrade("says-nothing");

            assertThat(silent.awaitCloseCode(CLOSED_WITHIN)).isEqualTo(4408);
        }
    }

    /** Slow ones stand in nobody's way, and decent ones are not taken for slow. */
    @Test
    void servesOthersMeanwhileAndKeepsAPollThatWaits() {
        SimulatedAgent agent = new SimulatedAgent(gateway, "patient");
        agent.register();
        CompletableFuture<Integer> poll =
                CompletableFuture.supplyAsync(() -> agent.poll(6).statusCode());

        assertThat(gateway.get("/api/v1/rollout").statusCode()).isEqualTo(200);

        assertThat(poll.join()).isEqualTo(200);
    }

    /** Writes a byte every 200 ms until it is closed or cut off. */
    private static final class Drip implements AutoCloseable {
        private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

        Drip(RawSocket socket, String begin, String drop) throws IOException {
            socket.write(begin);
            thread.scheduleAtFixedRate(
                    () -> {
                        try {
                            socket.write(drop);
                        } catch (IOException closed) {
                            thread.shutdown();
                        }
                    },
                    200,
                    200,
                    TimeUnit.MILLISECONDS);
        }

        @Override
        public void close() {
            thread.shutdownNow();
        }
    }
}
