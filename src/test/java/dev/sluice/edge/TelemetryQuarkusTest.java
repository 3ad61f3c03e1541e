package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.Wire;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /api/v1/telemetry}: what is taken, and what is refused. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class TelemetryQuarkusTest {
    private static final String PATH = "/api/v1/telemetry";

    @Inject
    Gateway gateway;

    private Reply send(String type, String json) {
        return gateway.anonymous()
                .send("POST", PATH, type, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain;charset=UTF-8", "application/json", "application/x-www-form-urlencoded"})
    void takesWhatABeaconSends(String type) {
        Reply reply = send(type, "{'client_id':'b','event':'latency','transport':'websocket','ms':42.5,'reason':null}");

        assertThat(reply.status()).isEqualTo(202);
        assertThat(reply.text()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | client_id",
                "{'client_id':7,'event':'connect_ok','transport':'websocket'} | client_id",
                "{'client_id':' ','event':'connect_ok','transport':'websocket'} | client_id",
                "{'client_id':'c','transport':'websocket'} | event",
                "{'client_id':'c','event':'rollback','transport':'websocket'} | event",
                "{'client_id':'c','event':'CONNECT_OK','transport':'websocket'} | event",
                "{'client_id':'c','event':'connect_ok'} | transport",
                "{'client_id':'c','event':'connect_ok','transport':'pigeon'} | transport",
                "{'client_id':'c','event':'latency','transport':'websocket'} | ms",
                "{'client_id':'c','event':'latency','transport':'websocket','ms':'42'} | ms",
                "{'client_id':'c','event':'latency','transport':'websocket','ms':-1} | ms",
                "{'client_id':'c','event':'latency','transport':'websocket','ms':1e300} | ms",
                "{'client_id':'c','event':'latency','transport':'websocket','ms':1e99999} | ms",
                "{'client_id':'c','event':'connect_ok','transport':'websocket','reason':{}} | reason",
                "[] | one report",
                "[{'client_id':'c','event':'connect_ok','transport':'websocket'}] | one report",
            })
    void refusesWhatIsNoReportAndNamesTheField(String json, String named) {
        Reply reply = send("text/plain", json);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("detail").asText()).contains(named);
    }

    @Test
    void refusesWhatIsTooLongBeforeReadingIt() {
        Reply reply = send("text/plain", "{'client_id':'" + "x".repeat(5_000) + "'}");

        assertThat(reply.status()).isEqualTo(413);
    }

    @Test
    void refusesALengthThatIsNotTold() {
        Reply reply = Wire.exchange(
                gateway.uri(),
                "POST %s HTTP/1.1\r\nHost: gateway\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n"
                        .formatted(PATH));

        assertThat(reply.status()).isEqualTo(413);
    }

    @Test
    void aWrongTokenIsRefused() {
        assertThat(gateway.api("no-such-token").post(PATH, java.util.Map.of()).status())
                .isEqualTo(401);
    }

    @Test
    void aFloodIsBounded() throws UnknownHostException {
        InetAddress flooder = InetAddress.getByName("127.77.1.1");
        String body = "{\"client_id\":\"c\",\"event\":\"connect_failed\",\"transport\":\"websocket\"}";
        String request = "POST %s HTTP/1.1\r\nHost: gateway\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                .formatted(PATH, body.length(), body);
        int refused = 0;
        for (int i = 0; i < 1_000 && refused == 0; i++) {
            refused += Wire.exchange(gateway.uri(), flooder, request).status() == 429 ? 1 : 0;
        }

        assertThat(refused).as("refused within 1,000").isEqualTo(1);
    }
}
