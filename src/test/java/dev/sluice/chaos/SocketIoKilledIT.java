package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.testkit.SocketIoPerson;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The gateway is killed, twice, while Socket.IO clients are connected: each comes back to where it was. */
class SocketIoKilledIT {

    @Test
    void recoversWhoHadNoEventWhoHadSomeAndWhoWasQuiet() {
        try (Gateway gateway = new Gateway("SocketIoKilledIT").start();
                SocketIoPerson fresh = new SocketIoPerson(gateway.url("/"), "/pipelines", "&client_id=fresh");
                SocketIoPerson busy = new SocketIoPerson(gateway.url("/"), "/pipelines", "&client_id=busy");
                SocketIoPerson quiet = new SocketIoPerson(gateway.url("/"), "/pipelines", "&client_id=quiet");
                SocketIoPerson root = new SocketIoPerson(gateway.url("/"), "/", "&client_id=root")) {
            quiet.connect();
            publish(gateway, "pipelines", 0);
            assertTick(quiet.event(), 0);
            fresh.connect();
            busy.connect();
            root.connect();
            root.ask("subscribe", "volatile");
            busy.ask("subscribe", "room");
            for (int n = 1; n <= 3; n++) {
                publish(gateway, "pipelines;room", n);
                assertTick(busy.event(), n);
            }
            List<String> ids = List.of(fresh.sid(), busy.sid(), quiet.sid());

            for (int life = 1; life <= 2; life++) {
                gateway.kill9();
                gateway.start();
                int n = 10 * life;
                publish(gateway, "pipelines;room", n);
                publish(gateway, "pipelines", n + 1);

                assertThat(fresh.connect()).as("had no event, life %d", life).isTrue();
                assertThat(busy.connect()).as("had some, life %d", life).isTrue();
                assertThat(quiet.connect()).as("was quiet, life %d", life).isTrue();
                assertThat(root.connect())
                        .as("its room was in memory, life %d", life)
                        .isFalse();
                publish(gateway, "pipelines", n + 2);

                for (SocketIoPerson each : List.of(fresh, quiet)) {
                    assertTick(each.event(), n + 1);
                    assertTick(each.event(), n + 2);
                }
                assertTick(busy.event(), n);
                assertTick(busy.event(), n + 1);
                assertTick(busy.event(), n + 2);
                root.ask("subscribe", "volatile");
            }
            assertThat(List.of(fresh.sid(), busy.sid(), quiet.sid())).isEqualTo(ids);
        }
    }

    @Test
    void whoeverMissedAWordOfItsOwnIsToldAndOthersOfTheRootNamespaceGoOn() {
        try (Gateway gateway = new Gateway("SocketIoKilledIT-words").start();
                SocketIoPerson idle = new SocketIoPerson(gateway.url("/"), "/", "&client_id=idle");
                SocketIoPerson heard = new SocketIoPerson(gateway.url("/"), "/", "&client_id=heard");
                SocketIoPerson away = new SocketIoPerson(gateway.url("/"), "/", "&client_id=away")) {
            for (SocketIoPerson each : List.of(idle, heard, away)) {
                each.connect();
            }
            emit(gateway, heard, 1);
            assertTick(heard.event(), 1);
            away.cut();
            emit(gateway, away, 2);
            String lost = away.sid();

            gateway.kill9();
            gateway.start();

            assertThat(idle.connect()).as("nothing was said to it").isTrue();
            assertThat(heard.connect()).as("it had what was said to it").isTrue();
            assertThat(away.connect()).as("what was said to it is gone").isFalse();
            assertThat(away.sid()).isNotEqualTo(lost);
            for (SocketIoPerson each : List.of(idle, heard, away)) {
                emit(gateway, each, 3);
                assertTick(each.event(), 3);
            }
        }
    }

    private static void emit(Gateway gateway, SocketIoPerson to, int n) {
        assertThat(gateway.post("/api/v1/sockets/" + to.sid() + "/emit", Map.of("event", "tick", "data", n))
                        .statusCode())
                .isEqualTo(200);
    }

    private static void publish(Gateway gateway, String channel, int n) {
        assertThat(gateway.post("/api/v1/events", Map.of("channel", channel, "event", "tick", "data", n))
                        .statusCode())
                .isEqualTo(200);
    }

    private static void assertTick(List<JsonNode> event, int n) {
        assertThat(event.get(0).asText()).isEqualTo("tick");
        assertThat(event.get(1).asInt()).isEqualTo(n);
    }
}
