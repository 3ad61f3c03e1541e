package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An agent that follows what it is told, on a thread of its own: holds a WebSocket until that is closed, polls until it
 * is offered one. It remembers when it was told and when it was back.
 */
final class MovingAgent implements Runnable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final SimulatedAgent agent;
    private final boolean knowsSwitch;
    private volatile boolean stopped;
    private volatile boolean onWebSocket;
    private volatile int lastClose;
    private volatile boolean sawSwitch;
    private volatile long toldAt;
    private volatile long connectedAt;
    private volatile int polls;
    private volatile @Nullable Throwable failure;

    MovingAgent(Gateway gateway, String agentId, boolean knowsSwitch) {
        this.knowsSwitch = knowsSwitch;
        this.agent = new SimulatedAgent(gateway, agentId)
                .feature("supports_polling", true)
                .feature("supports_switch", knowsSwitch);
    }

    SimulatedAgent agent() {
        return agent;
    }

    boolean knowsSwitch() {
        return knowsSwitch;
    }

    @Override
    public void run() {
        try {
            boolean offered = true;
            while (!stopped) {
                if (offered) {
                    offered = false;
                    overWebSocket();
                } else {
                    HttpResponse<String> answer = agent.poll(20);
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                    polls++;
                    JsonNode mode = Gateway.parse(answer).path("mode");
                    offered = "websocket".equals(mode.textValue());
                }
            }
        } catch (RuntimeException | AssertionError e) {
            if (!stopped) {
                failure = e;
            }
        } finally {
            agent.close();
        }
    }

    private void overWebSocket() {
        SimulatedAgent.Connection connection;
        try {
            connection = agent.connect();
        } catch (UncheckedIOException refused) {
            return; // the percentage may have changed meanwhile; the next poll tells
        }
        connectedAt = System.nanoTime();
        onWebSocket = true;
        lastClose = connection.awaitClose(PATIENCE);
        onWebSocket = false;
        sawSwitch = connection.saw("switch");
        toldAt = connection.toldAt();
    }

    void stop() {
        stopped = true;
        agent.close();
    }

    boolean onWebSocket() {
        return onWebSocket;
    }

    int lastClose() {
        return lastClose;
    }

    boolean sawSwitch() {
        return sawSwitch;
    }

    /** When the first word of its farewell arrived, {@code switch} or close. */
    long toldAt() {
        return toldAt;
    }

    long connectedAt() {
        return connectedAt;
    }

    int polls() {
        return polls;
    }

    @Nullable
    Throwable failure() {
        return failure;
    }
}
