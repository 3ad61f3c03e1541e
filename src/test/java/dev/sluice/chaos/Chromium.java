package dev.sluice.chaos;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A headless Chromium with a fresh profile, driven over WebDriver.
 *
 * @see <a href="https://www.w3.org/TR/webdriver2/">WebDriver</a>
 */
final class Chromium implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);
    private static final List<String> FLAGS = List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--no-proxy-server",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final Path home;
    private final int port;
    private final Process driver;
    private final String session;

    Chromium(Path home) {
        this.home = home.toAbsolutePath();
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            Gateway.delete(this.home);
            Files.createDirectories(this.home);
            driver = new ProcessBuilder(find("chromedriver"), "--port=" + port)
                    .redirectErrorStream(true)
                    .redirectOutput(this.home.resolve("chromedriver.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            await("chromedriver answers").atMost(START).ignoreExceptions().until(() -> ask("GET", "/status", null)
                    .path("ready")
                    .asBoolean());
            session = "/session/"
                    + ask("POST", "/session", capabilities()).path("sessionId").textValue();
        } catch (RuntimeException failure) {
            stop();
            throw failure;
        }
    }

    /** What is missing on this machine to run one; null for nothing. */
    static @Nullable String missing() {
        if (find("chromedriver") == null) {
            return "chromedriver is not installed";
        }
        return browser() == null ? "chromium is not installed" : null;
    }

    private static @Nullable String browser() {
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .map(Chromium::find)
                .filter(found -> found != null)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String find(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse(null);
    }

    private Map<String, Object> capabilities() {
        List<String> arguments = Stream.concat(FLAGS.stream(), Stream.of("--user-data-dir=" + home.resolve("profile")))
                .toList();
        return Map.of(
                "capabilities",
                Map.of(
                        "alwaysMatch",
                        Map.of("goog:chromeOptions", Map.of("binary", String.valueOf(browser()), "args", arguments))));
    }

    void open(String url) {
        ask("POST", session + "/url", Map.of("url", url));
    }

    /** Runs the body of a function in the page and answers what it returns. */
    JsonNode run(String script) {
        return ask("POST", session + "/execute/sync", Map.of("script", script, "args", List.of()));
    }

    /** As if the network cable was pulled, or put in again. */
    void offline(boolean pulled) {
        Map<String, Object> conditions =
                Map.of("offline", pulled, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1);
        command("Network.enable", Map.of());
        command("Network.emulateNetworkConditions", conditions);
    }

    private void command(String name, Map<String, Object> parameters) {
        ask("POST", session + "/goog/cdp/execute", Map.of("cmd", name, "params", parameters));
    }

    private JsonNode ask(String method, String path, @Nullable Object body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(START)
                .method(method, body == null ? BodyPublishers.noBody() : Gateway.json(body))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            JsonNode value = Gateway.parse(answer).path("value");
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(
                        path + ": " + value.path("message").asText());
            }
            return value;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            ask("DELETE", session, null);
        } catch (RuntimeException gone) {
            // Then it is ended as a process.
        }
        stop();
    }

    private void stop() {
        List<ProcessHandle> family = driver.descendants().toList();
        driver.destroyForcibly();
        family.forEach(ProcessHandle::destroyForcibly);
    }
}
