package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.Gateway;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Socket;
import io.socket.emitter.Emitter;
import io.socket.engineio.client.EngineIOException;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Java client as it is in the field, unchanged. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class SocketIoClientQuarkusTest {
    private static final int SECONDS = 20;

    @Inject
    Gateway gateway;

    private final String name = "java-" + UUID.randomUUID();
    private Socket socket;

    @AfterEach
    void leave() {
        if (socket != null) {
            socket.close();
        }
        gateway.restore();
    }

    private BlockingQueue<Object[]> connect(String namespace, String... transports) {
        IO.Options options = new IO.Options();
        options.forceNew = true;
        options.transports = transports;
        options.query = "client_id=" + name;
        socket = IO.socket(gateway.uri().resolve(namespace), options);
        BlockingQueue<Object[]> connected = heard(Socket.EVENT_CONNECT);
        socket.connect();
        return connected;
    }

    private BlockingQueue<Object[]> heard(String event) {
        BlockingQueue<Object[]> all = new LinkedBlockingQueue<>();
        Emitter.Listener keep = all::add;
        socket.on(event, keep);
        return all;
    }

    private static Object[] take(BlockingQueue<Object[]> all) throws InterruptedException {
        Object[] next = all.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("something came").isNotNull();
        return next;
    }

    private JSONObject subscribe(String room) throws Exception {
        BlockingQueue<Object[]> answers = new LinkedBlockingQueue<>();
        socket.emit("subscribe", new JSONObject().put("channel", room), (Ack) answers::add);
        return (JSONObject) take(answers)[0];
    }

    private void publish(String channel, Object data) {
        gateway.admin()
                .post("/api/v1/events", Map.of("channel", channel, "event", "tick", "data", data))
                .json(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"polling", "websocket", "polling,websocket"})
    void subscribesAndHearsWhatIsPublished(String transports) throws Exception {
        take(connect("/", transports.split(",")));
        BlockingQueue<Object[]> ticks = heard("tick");

        JSONObject answer = subscribe(name);
        publish(name, Map.of("n", 1));
        Object[] event = take(ticks);

        assertThat(answer.getBoolean("ok")).isTrue();
        assertThat(((JSONObject) event[0]).getInt("n")).isEqualTo(1);
        assertThat(((JSONObject) event[1]).getString("channel")).isEqualTo(name);
    }

    @Test
    void hearsItsNamespaceFromTheMomentThatItIsConnected() throws Exception {
        BlockingQueue<Object[]> connected = connect("/pipelines", "polling", "websocket");
        BlockingQueue<Object[]> statuses = heard("pipeline_status");
        take(connected);

        gateway.admin()
                .send(
                        "PUT",
                        "/api/v1/pipelines/" + name,
                        "application/json",
                        "{\"status\":\"processing\",\"progress\":12.5}".getBytes())
                .json(200);

        await("its report").until(() -> statuses.stream().anyMatch(this::isOurs));
    }

    private boolean isOurs(Object[] event) {
        return name.equals(((JSONObject) event[0]).optString("pipeline_id"));
    }

    @Test
    void isToldThatANamespaceDoesNotExist() throws Exception {
        connect("/random", "websocket");
        BlockingQueue<Object[]> errors = heard(Socket.EVENT_CONNECT_ERROR);

        Object why = take(errors)[0];

        assertThat(why.toString()).contains("Invalid namespace");
    }

    @Test
    void staysOnPollingOutsideTheRollout() throws Exception {
        gateway.percentage("0");
        take(connect("/", "polling", "websocket"));
        BlockingQueue<Object[]> ticks = heard("tick");

        subscribe(name);
        publish(name, List.of(1, 2));

        assertThat(take(ticks)[0].toString()).isEqualTo("[1,2]");
        assertThat(gateway.admin()
                        .get("/api/v1/admin/sessions?client_id=" + name)
                        .json(200)
                        .path("sessions")
                        .path(0)
                        .path("transport")
                        .asText())
                .isEqualTo("polling");
    }

    @Test
    void isRefusedAWebSocketOutsideTheRollout() throws Exception {
        gateway.percentage("0");
        connect("/", "websocket");
        BlockingQueue<Object[]> errors = heard(Socket.EVENT_CONNECT_ERROR);

        assertThat(take(errors)[0]).isInstanceOf(EngineIOException.class);
    }
}
