package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An agent as they are in the field, on a thread of its own: polls until it is offered a WebSocket, holds that, connects
 * anew now and then as long as it is {@linkplain #settleDown restless}, goes where it is told, and does not believe that
 * a WebSocket which failed once fails for good.
 */
final class FieldAgent implements Runnable {
    private static final Duration LOOK = Duration.ofMillis(40);

    private final SimulatedAgent agent;
    private final boolean knowsSwitch;
    private final Duration restlessness;
    private final Random random;
    private volatile boolean restless = true;
    private volatile boolean stopped;
    private volatile boolean onWebSocket;
    private volatile long connectedAt;
    private volatile long toldAt;
    private volatile long pollingAt;
    private volatile int connects;
    private volatile int failures;
    private volatile @Nullable Throwable failure;

    /** @param restlessness how long it holds a WebSocket; up to half as long again */
    FieldAgent(SimulatedAgent agent, boolean knowsSwitch, Duration restlessness, long seed) {
        this.agent = agent.feature("supports_polling", true).feature("supports_switch", knowsSwitch);
        this.knowsSwitch = knowsSwitch;
        this.restlessness = restlessness;
        this.random = new Random(seed);
    }

    @Override
    public void run() {
        try {
            HttpResponse<String> registered = agent.register();
            assertThat(registered.statusCode()).as(registered.body()).isEqualTo(200);
            boolean offered = offers(registered);
            while (!stopped) {
                offered = offered ? overWebSocket() : pollOnce(20);
            }
        } catch (RuntimeException | AssertionError e) {
            if (!stopped) {
                failure = e;
            }
        } finally {
            agent.close();
        }
    }

    /** Answers whether a WebSocket is offered. */
    private boolean pollOnce(int wait) {
        if (toldAt != 0 && pollingAt == 0) {
            pollingAt = System.nanoTime();
        }
        HttpResponse<String> answer = agent.poll(wait);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return offers(answer);
    }

    private static boolean offers(HttpResponse<String> answer) {
        return "websocket".equals(Gateway.parse(answer).path("mode").textValue());
    }

    /** Answers whether to try again. */
    private boolean overWebSocket() {
        SimulatedAgent.Connection connection;
        try {
            connection = agent.connect();
        } catch (ConditionTimeoutException nothingCame) {
            agent.connection().cut();
            return failed();
        } catch (UncheckedIOException e) {
            return !refused(e) && failed();
        }
        connects++;
        connectedAt = System.nanoTime();
        onWebSocket = true;
        boolean told = hold(connection);
        onWebSocket = false;
        return !told;
    }

    private static boolean refused(UncheckedIOException failure) {
        Throwable why = failure.getCause() == null ? failure : failure.getCause();
        return why.getCause() instanceof WebSocketHandshakeException
                || String.valueOf(why.getMessage()).contains("not registered")
                || String.valueOf(why.getMessage()).contains("4503");
    }

    private boolean failed() {
        failures++;
        pollOnce(0);
        return true;
    }

    /** Answers whether it was told to go. */
    private boolean hold(SimulatedAgent.Connection connection) {
        long until = System.nanoTime() + (long) (restlessness.toNanos() * (1 + random.nextDouble() / 2));
        while (!stopped) {
            if (connection.saw("switch") || !connection.isOpen()) {
                toldAt = connection.toldAt();
                boolean sent = toldAt != 0;
                connection.cut();
                return sent;
            }
            if (restless && System.nanoTime() > until) {
                connection.leave();
                return false;
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        return true;
    }

    /** Holds what it has from now on. */
    void settleDown() {
        restless = false;
    }

    void stop() {
        stopped = true;
        agent.close();
    }

    SimulatedAgent agent() {
        return agent;
    }

    boolean knowsSwitch() {
        return knowsSwitch;
    }

    boolean onWebSocket() {
        return onWebSocket;
    }

    long connectedAt() {
        return connectedAt;
    }

    /** When the first word of its latest farewell arrived, by {@link System#nanoTime}; 0: never. */
    long toldAt() {
        return toldAt;
    }

    /** When it polled first after it was first told to go; 0: not yet. */
    long pollingAt() {
        return pollingAt;
    }

    int connects() {
        return connects;
    }

    int failures() {
        return failures;
    }

    @Nullable
    Throwable failure() {
        return failure;
    }
}
