package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A failure that only the reader sees must reach whoever waits: a test that hangs says nothing. */
class AgentSocketClientTest {
    private static final String FRAME = "{\"type\":\"error\"}";

    /** Enough for the reader to be busy when the listener comes. */
    private static final int MANY = 20_000;

    private ServerSocket gateway;

    @BeforeEach
    void listen() throws IOException {
        gateway = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    @Test
    void failsEveryWaitOnceItsListenerThrew() throws IOException {
        try (AgentSocketClient client = upgradedAndSent(FRAME)) {
            // The frame may come before the listener, which is then told on this thread.
            assertThatThrownBy(() -> {
                        client.onFrame(frame -> {
                            throw new AssertionError("not expected: " + frame);
                        });
                        client.awaitClose();
                    })
                    .hasMessageContaining("not expected");
            assertThatThrownBy(client::awaitClose).hasMessageContaining("not expected");
            assertThatThrownBy(client::closed).hasMessageContaining("not expected");
            assertThatThrownBy(() -> client.await("command")).hasMessageContaining("not expected");
        }
    }

    @Test
    void failsEveryWaitOnceItReadWhatIsNoJson() throws IOException {
        try (AgentSocketClient client = upgradedAndSent("no json")) {
            assertThatThrownBy(() -> client.await("command")).hasMessageContaining("the client itself failed");
        }
    }

    @Test
    void tellsAListenerWhatCameBeforeItAheadOfWhatComesAfter() throws IOException {
        String[] frames = IntStream.range(0, MANY)
                .mapToObj(i -> "{\"type\":\"n\",\"request_id\":\"%d\"}".formatted(i))
                .toArray(String[]::new);
        List<Integer> heard = Collections.synchronizedList(new ArrayList<>());
        try (AgentSocketClient client = upgradedAndSent(frames)) {
            client.await("n", "0");

            client.onFrame(frame -> heard.add(frame.path("request_id").asInt()));

            Awaitility.await().until(() -> heard.size() == MANY - 1);
            assertThat(heard).isSorted();
        }
    }

    private AgentSocketClient upgradedAndSent(String... texts) throws IOException {
        URI here = URI.create("http://127.0.0.1:" + gateway.getLocalPort());
        Thread peer = new Thread(() -> answer(texts), "peer");
        peer.setDaemon(true);
        peer.start();
        return AgentSocketClient.open(here, "/", (String) null);
    }

    private void answer(String... texts) {
        try {
            // Stays open: the client's end is to come from the client.
            Socket socket = gateway.accept();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes("HTTP/1.1 101 Switching Protocols\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            for (String text : texts) {
                out.write(0x81);
                out.write(text.length());
                out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
            }
            socket.getOutputStream().write(out.toByteArray());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
