package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.Api;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.NativePerson;
import dev.sluice.testkit.NativePerson.Way;
import dev.sluice.testkit.NativeWire;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The same scenes over each transport, and from each to each other: one session, nothing lost, nothing twice. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class NativeConformanceQuarkusTest {

    @Inject
    Gateway gateway;

    private final List<NativePerson> people = new ArrayList<>();
    private final String channel = "scene-" + UUID.randomUUID();

    @AfterEach
    void leave() {
        people.forEach(NativePerson::close);
        gateway.restore();
    }

    private NativePerson person() {
        NativePerson person = new NativePerson(gateway.uri(), null);
        people.add(person);
        return person;
    }

    private void publish(int... numbers) {
        Api publisher = gateway.admin();
        List<Map<String, Object>> events = IntStream.of(numbers)
                .<Map<String, Object>>mapToObj(n -> Map.of("channel", channel, "event", "tick", "data", Map.of("n", n)))
                .toList();
        publisher.post("/api/v1/events", events).json(200);
    }

    private static JsonNode event(NativeWire wire) {
        return wire.await("event");
    }

    private static int number(JsonNode event) {
        return event.path("payload").path("data").path("n").asInt();
    }

    private void subscribe(NativeWire wire) {
        wire.say("subscribe", "s1", Map.of("channel", channel));
        JsonNode subscribed = wire.await("subscribed", "s1").path("payload");
        assertThat(subscribed.path("channel").asText()).isEqualTo(channel);
        assertThat(subscribed.path("recovered").asBoolean()).isTrue();
        assertThat(subscribed.path("epoch").asText()).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void whatIsPublishedArrivesInOrderWithItsPlace(Way way) {
        NativeWire wire = person().connect(way);
        subscribe(wire);

        publish(1, 2, 3);

        for (int n = 1; n <= 3; n++) {
            JsonNode event = event(wire);
            assertThat(number(event)).isEqualTo(n);
            assertThat(event.path("payload").path("event").asText()).isEqualTo("tick");
            assertThat(event.path("payload").path("offset").asInt()).isEqualTo(n);
            assertThat(event.path("cursor").asText()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void repliesComeThroughTheMailboxAndARepeatHasNoSecondEffect(Way way) {
        NativePerson admin = new NativePerson(gateway.uri(), "dev-admin-token");
        people.add(admin);
        NativeWire wire = admin.connect(way);
        subscribe(wire);
        Map<String, Object> publish = Map.of(
                "type", "publish",
                "request_id", "p1",
                "payload", Map.of("channel", channel, "event", "said", "data", Map.of("n", 7)));

        wire.say(List.of(publish));
        JsonNode first = wire.await("ack", "p1").path("payload");
        wire.say(List.of(publish));
        JsonNode second = wire.await("ack", "p1").path("payload");
        publish(8);

        assertThat(first.path("offset").asInt()).isEqualTo(1);
        assertThat(second).isEqualTo(first);
        assertThat(number(event(wire))).isEqualTo(7);
        assertThat(number(event(wire))).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({
        "WEBSOCKET,POLLING", "WEBSOCKET,SSE", "WEBSOCKET,WEBSOCKET",
        "POLLING,WEBSOCKET", "POLLING,SSE", "POLLING,POLLING",
        "SSE,WEBSOCKET", "SSE,POLLING", "SSE,SSE"
    })
    void aSessionIsTakenUpElsewhereWithNothingLostOrDoubled(Way from, Way to) {
        NativePerson person = person();
        NativeWire before = person.connect(from);
        subscribe(before);
        publish(1, 2, 3, 4);
        assertThat(number(event(before))).isEqualTo(1);
        assertThat(number(event(before))).isEqualTo(2);

        before.cut();
        publish(5, 6);
        NativeWire after = person.connect(to);
        publish(7);

        List<Integer> rest = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            rest.add(number(event(after)));
        }
        assertThat(rest).containsExactly(3, 4, 5, 6, 7);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void sinceReplaysWhatWasMissed(Way way) {
        NativeWire first = person().connect(way);
        subscribe(first);
        publish(1, 2, 3);
        JsonNode one = event(first).path("payload");

        NativeWire late = person().connect(way);
        late.say(
                "subscribe",
                "s2",
                Map.of(
                        "channel",
                        channel,
                        "since",
                        Map.of("epoch", one.path("epoch").asText(), "offset", 1)));

        JsonNode subscribed = late.await("subscribed", "s2").path("payload");
        assertThat(subscribed.path("recovered").asBoolean()).isTrue();
        assertThat(subscribed.path("offset").asInt()).isEqualTo(3);
        assertThat(number(event(late))).isEqualTo(2);
        assertThat(number(event(late))).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aPlaceInAnotherLifeIsNotRecovered(Way way) {
        publish(1);
        NativeWire wire = person().connect(way);

        wire.say("subscribe", "s1", Map.of("channel", channel, "since", Map.of("epoch", "another-life", "offset", 1)));

        assertThat(wire.await("subscribed", "s1")
                        .path("payload")
                        .path("recovered")
                        .asBoolean())
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void nothingComesAfterAnUnsubscribe(Way way) {
        NativeWire wire = person().connect(way);
        subscribe(wire);
        wire.say("unsubscribe", "u1", Map.of("channel", channel));
        wire.await("unsubscribed", "u1");

        publish(1);
        wire.say("message", "m1", Map.of("event", "hello"));

        // What is in order behind it has come, so the event has not.
        JsonNode next = wire.await("any", frame -> !frame.path("type").asText().equals("pong"));
        assertThat(next.path("type").asText()).isEqualTo("error");
        assertThat(next.path("payload").path("code").asText()).isEqualTo("no-upstream");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aForbiddenChannelIsAnErrorAndTheSessionGoesOn(Way way) {
        NativeWire wire = person().connect(way);

        wire.say("subscribe", "x", Map.of("channel", "private-secrets"));

        assertThat(wire.await("error", "x").path("payload").path("code").asText())
                .isEqualTo("forbidden");
        subscribe(wire);
    }
}
