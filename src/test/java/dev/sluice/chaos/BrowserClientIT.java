package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * {@code sluice.js} in a real browser against the packaged gateway: over every transport, moved between them, cut off,
 * and with the gateway killed. Each event is numbered, and each page has to have every one once and in order.
 */
@Tag("browser")
class BrowserClientIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    /** Kept in the database, so that it survives a kill. */
    private static final String DURABLE = "pipelines";

    private static final String VOLATILE = "news";

    private static @Nullable Gateway gateway;
    private static @Nullable Chromium browser;

    private Doorman door;
    private int published;

    @BeforeAll
    static void start() {
        String missing = Chromium.missing();
        if (missing != null) {
            System.out.println("SKIPPED: the browser client in a real browser: " + missing);
            Assumptions.abort(missing);
        }
        gateway = new Gateway("BrowserClientIT")
                // The doors that are shut below are no evidence.
                .with("SLUICE_ROLLOUT_GUARD_ENABLED", "false")
                .start();
        browser = new Chromium(Path.of("target/chaos/BrowserClientIT-chromium"));
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        if (gateway != null) {
            gateway.close();
        }
    }

    @BeforeEach
    void openDoor() {
        door = new Doorman(gateway.port(), page());
        percentage(100);
    }

    @AfterEach
    void shutDoor() throws IOException {
        browser.offline(false);
        browser.open("about:blank");
        door.close();
    }

    private static String page() {
        try (InputStream in = BrowserClientIT.class.getResourceAsStream("/browser/page.html")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void isServedToBeKeptForAWhile() {
        HttpResponse<String> script = Gateway.send(HttpRequest.newBuilder(gateway.url("/sluice.js")));
        assertThat(script.statusCode()).isEqualTo(200);
        assertThat(script.headers().firstValue("Content-Type").orElse("")).startsWith("text/javascript");
        assertThat(script.headers().firstValue("Cache-Control")).hasValue("public, max-age=300");
        String tag = script.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again =
                Gateway.send(HttpRequest.newBuilder(gateway.url("/sluice.js")).header("If-None-Match", tag));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(gateway.management("/sluice.js").statusCode()).isEqualTo(404);
    }

    @Test
    void connectsSubscribesPublishesAndReceives() {
        visit("");
        onTransport("websocket");
        publish(50);
        complete();
        assertThat(browser.run("return sluice.health.rtt !== null").asBoolean()).isTrue();
        browser.run("sluice.publish('news', 'said', {from: 'page'}).catch(error => window.refused = error.code)");
        await("anonymous pages may not publish").atMost(SOON).until(() -> browser.run("return window.refused ?? null")
                .asText()
                .equals("forbidden"));
    }

    @Test
    void fallsBackToTheStreamThenToPollsAndReturns() {
        door.block(Doorman.Way.WEBSOCKET);
        visit("?period=3000");
        onTransport("sse");
        publish(20);
        complete();
        door.block(Doorman.Way.STREAM);
        door.cut();
        publish(20);
        onTransport("polling");
        publish(20);
        complete();
        door.letThrough();
        publish(20);
        onTransport("websocket");
        publish(20);
        complete();
        assertThat(told("fallback"))
                .extracting(each -> each.path("from").asText())
                .contains("websocket", "sse");
    }

    @Test
    void goesOfflineAndOnlineAgain() {
        visit("");
        onTransport("websocket");
        publish(5);
        complete();
        browser.offline(true);
        await("it knows").atMost(SOON).until(() -> health("state").equals("offline"));
        publish(10);
        browser.offline(false);
        onTransport("websocket");
        publish(5);
        complete();
        assertThat(told("session")).as("one session").hasSize(1);
    }

    @Test
    void isCutOffInTheMiddleOfAStreamOfEvents() {
        visit("");
        onTransport("websocket");
        for (int i = 0; i < 5; i++) {
            publish(20);
            door.cut();
            publish(20);
            await("it is back").atMost(SOON).until(() -> health("state").equals("connected"));
        }
        complete();
    }

    @Test
    void followsThePercentageThereAndBack() {
        visit("");
        onTransport("websocket");
        publish(10);
        percentage(0);
        publish(10);
        onTransport("sse");
        publish(10);
        percentage(100);
        publish(10);
        onTransport("websocket");
        publish(10);
        complete();
        assertThat(told("session")).as("one session").hasSize(1);
        assertThat(told("switch"))
                .extracting(each -> each.path("mode").asText())
                .contains("polling", "websocket");
    }

    @Test
    void obeysItsPage() {
        visit("");
        for (String transport : List.of("polling", "sse", "websocket")) {
            browser.run("sluice.force('" + transport + "')");
            onTransport(transport);
            publish(5);
        }
        browser.run("sluice.auto(); sluice.reconnect()");
        publish(5);
        complete();
    }

    @Test
    void outlivesTheGateway() {
        visit("");
        onTransport("websocket");
        publish(20);
        complete();
        gateway.kill9();
        await("it notices").atMost(SOON).until(() -> health("state").equals("reconnecting"));
        gateway.start();
        publish(20);
        onTransport("websocket");
        publish(20);
        await("every event of the durable channel").atMost(SOON).untilAsserted(() -> {
            assertThat(received(DURABLE)).isEqualTo(numbers());
        });
        // What was only in memory is lost, and the page is told so.
        await("told what is lost").atMost(SOON).until(() -> !told("lost").isEmpty());
        assertThat(told("lost"))
                .allSatisfy(lost -> assertThat(lost.path("channel").asText()).isEqualTo(VOLATILE));
    }

    // --- the page ---

    private void visit(String query) {
        // Numbers begin anew, whatever other pages were sent.
        published = 0;
        browser.open(door.url("/page" + query));
        await("subscribed").atMost(SOON).until(() -> browser.run("return window.ready === 2")
                .asBoolean());
    }

    private String health(String field) {
        return browser.run("return sluice.health." + field).asText();
    }

    private void onTransport(String transport) {
        await("on " + transport).atMost(SOON).untilAsserted(() -> assertThat(
                        health("state") + " " + health("transport"))
                .isEqualTo("connected " + transport));
    }

    private List<JsonNode> told(String event) {
        List<JsonNode> told = new ArrayList<>();
        browser.run("return window.told." + event + " ?? []").forEach(told::add);
        return told;
    }

    private List<Integer> received(String channel) {
        List<Integer> numbers = new ArrayList<>();
        browser.run("return window.received['" + channel + "']").forEach(number -> numbers.add(number.asInt()));
        return numbers;
    }

    private List<Integer> numbers() {
        return IntStream.rangeClosed(1, published).boxed().toList();
    }

    private void complete() {
        await("all %d events, once and in order".formatted(published))
                .atMost(SOON)
                .untilAsserted(() -> {
                    assertThat(received(VOLATILE)).isEqualTo(numbers());
                    assertThat(received(DURABLE)).isEqualTo(numbers());
                });
        assertThat(told("lost")).isEmpty();
        assertThat(told("gap")).isEmpty();
    }

    // --- the gateway ---

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            Map<String, Integer> data = Map.of("n", ++published);
            HttpResponse<String> answer = gateway.post(
                    "/api/v1/events",
                    List.of(
                            Map.of("channel", VOLATILE, "event", "n", "data", data),
                            Map.of("channel", DURABLE, "event", "n", "data", data)));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
    }

    private static void percentage(int percentage) {
        HttpResponse<String> answer = Gateway.send(gateway.asAdmin("/api/v1/admin/rollout")
                .PUT(Gateway.json(Map.of("percentage", percentage, "reason", "browser test"))));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
}
