package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.testkit.NativePerson;
import dev.sluice.testkit.NativePerson.Way;
import dev.sluice.testkit.NativeWire;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A native client polls without ever waiting, as old pages do, and the gateway is killed under it. */
class ShortPollsKilledIT {
    private static final int EVENTS = 5;
    /** Far more than a life needs. */
    private static final int POLLS = 20;

    @Test
    void hearsEverythingOnceAndInOrder() {
        try (Gateway gateway = new Gateway("ShortPollsKilledIT").start();
                NativePerson person = new NativePerson(gateway.url("/"), Gateway.ADMIN_TOKEN)) {
            NativeWire wire = person.connect(Way.POLLING);
            wire.say("subscribe", "s", Map.of("channel", "pipelines"));
            wire.await("subscribed", "s");

            List<Integer> heard = new ArrayList<>();
            String at = String.valueOf(person.cursor());
            for (int life = 0; life < 3; life++) {
                for (int n = 0; n < EVENTS; n++) {
                    publish(gateway, life * EVENTS + n);
                }
                gateway.kill9();
                gateway.start();
                for (int polls = 0; polls < POLLS && heard.size() < (life + 1) * EVENTS; polls++) {
                    JsonNode answer = person.api()
                            .get(person.path("/messages?limit=3&after=" + at))
                            .json(200);
                    answer.path("messages").findValues("n").forEach(n -> heard.add(n.asInt()));
                    at = answer.path("cursor").asText();
                }
            }

            assertThat(heard).isEqualTo(IntStream.range(0, 3 * EVENTS).boxed().toList());
        }
    }

    private static void publish(Gateway gateway, int n) {
        assertThat(gateway.post(
                                "/api/v1/events",
                                Map.of("channel", "pipelines", "event", "tick", "data", Map.of("n", n)))
                        .statusCode())
                .isEqualTo(200);
    }
}
