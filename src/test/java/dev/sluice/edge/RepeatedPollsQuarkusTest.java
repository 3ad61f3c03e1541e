package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.Mode;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.Wire;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Polls on one connection: from the third on they go another way inside, and nobody may see a difference. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class RepeatedPollsQuarkusTest {
    private static final String PAGE = "Host: gateway.test\r\nOrigin: http://gateway.test\r\n";

    @Inject
    Gateway gateway;

    private Wire wire;
    private String id;
    private String cursor;

    @BeforeEach
    void begin() throws Exception {
        wire = new Wire(gateway.uri());
        JsonNode welcome = ask("POST", "/api/v1/sessions", "{}").json(201);
        id = welcome.get("session_id").asText();
        cursor = welcome.get("cursor").asText();
    }

    @AfterEach
    void leave() throws Exception {
        wire.close();
        gateway.restore();
    }

    private Reply ask(String method, String uri, String body) throws IOException {
        String length =
                body.isEmpty() ? "" : "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n";
        wire.write("%s %s HTTP/1.1\r\n%s%s\r\n%s"
                .formatted(method, uri, PAGE, length, body)
                .getBytes(StandardCharsets.ISO_8859_1));
        return wire.readReply();
    }

    private Reply poll(String more) throws IOException {
        return ask("GET", "/api/v1/sessions/" + id + "/messages?after=" + cursor + more, "");
    }

    private JsonNode goOn() throws IOException {
        JsonNode answer = poll("").json(200);
        cursor = answer.get("cursor").asText();
        return answer;
    }

    private void publish(int n) {
        gateway.admin()
                .post("/api/v1/events", Map.of("channel", "repeated", "event", "tick", "data", Map.of("n", n)))
                .json(200);
    }

    @Test
    void everyAnswerHasTheSameHead() throws Exception {
        Map<String, List<String>> first = poll("").headers();

        for (int i = 0; i < 4; i++) {
            assertThat(poll("").headers()).isEqualTo(first);
        }
    }

    @Test
    void everyEventComesOnceAndInOrder() throws Exception {
        ask("POST", "/api/v1/sessions/" + id + "/messages", "{\"type\":\"subscribe\",\"channel\":\"repeated\"}");
        while (goOn().get("messages").isEmpty()) {
            // Its subscription is on its way.
        }
        for (int n = 0; n < 10; n++) {
            publish(n);
            JsonNode answer = ask("GET", "/api/v1/sessions/" + id + "/messages?wait=20&after=" + cursor, "")
                    .json(200);
            cursor = answer.get("cursor").asText();
            assertThat(answer.at("/messages/0/payload/data/n").asInt(-1)).isEqualTo(n);
            assertThat(answer.get("messages")).hasSize(1);
        }
    }

    @Test
    void whatIsWrongIsToldAsTheFirstTime() throws Exception {
        for (int i = 0; i < 4; i++) {
            goOn();
        }

        assertThat(poll("&wait=x").json(400).get("field").asText()).isEqualTo("wait");
        assertThat(ask("GET", "/api/v1/sessions/" + id + "/messages?after=never", "")
                        .json(400)
                        .get("field")
                        .asText())
                .isEqualTo("after");
        goOn();

        gateway.anonymous().delete("/api/v1/sessions/" + id);
        Reply gone = poll("");
        gone.json(410);
        assertThat(gone.header("access-control-allow-origin")).isEqualTo("http://gateway.test");
    }

    @Test
    void aNewDecisionIsToldAtOnce() throws Exception {
        gateway.percentage("0");
        for (int i = 0; i < 4; i++) {
            assertThat(poll("").header("Sluice-Mode")).isEqualTo(Mode.POLLING.wire());
        }

        gateway.percentage("100");

        Reply answer = poll("");
        assertThat(answer.header("Sluice-Mode")).isEqualTo(Mode.WEBSOCKET.wire());
        assertThat(answer.json(200).get("mode").asText()).isEqualTo(Mode.WEBSOCKET.wire());
    }

    /** Through a proxy its answer would be somebody else's. */
    @Test
    void aPollInTheBodyOfAnotherRequestIsNone() throws Exception {
        for (int i = 0; i < 4; i++) {
            goOn();
        }
        String messages = "/api/v1/sessions/" + id + "/messages";
        String poll = "GET %s?after=%s HTTP/1.1\r\n%s\r\n".formatted(messages, cursor, PAGE);
        wire.write("POST %s HTTP/1.1\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                .formatted(messages, PAGE, poll.length())
                .getBytes(StandardCharsets.ISO_8859_1));
        wire.write(poll.getBytes(StandardCharsets.ISO_8859_1));

        wire.readReply().json(400);
        assertThat(goOn().has("messages")).isTrue();
    }

    @Test
    void anUpgradeOnTheSameConnectionIsOne() throws Exception {
        for (int i = 0; i < 4; i++) {
            goOn();
        }
        wire.write(("GET /ws HTTP/1.1\r\n" + PAGE + "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));

        assertThat(wire.readHead().status()).isEqualTo(101);
    }
}
