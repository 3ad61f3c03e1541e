package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.testkit.Reply;
import java.util.regex.Pattern;

/** What every error that a client sees has in common: it is complete, and shows nothing of the inside. */
final class Problems {
    private static final Pattern INSIDE = Pattern.compile(
            "(?i)exception|\\bat (dev|java|io|org)\\.|dev\\.sluice|java\\.|io\\.vertx|jackson|netty|hibernate|"
                    + "postgres|\\b(select|insert|update|delete) .*\\b(from|into|set)\\b|\\[Source|StreamReadConstraints");

    private Problems() {}

    /** An HTTP answer that is a problem document of RFC 9457. */
    static void assertProblem(Reply reply) {
        assertThat(reply.header("Content-Type")).as(reply.text()).startsWith("application/problem+json");
        JsonNode problem = reply.json();
        assertThat(problem.path("status").intValue()).isEqualTo(reply.status());
        for (String field : new String[] {"type", "title", "detail", "error"}) {
            assertThat(problem.path(field).asText()).as(field).isNotBlank();
        }
        assertThat(problem.path("error")).isEqualTo(problem.path("detail"));
        assertHidesTheInside(reply.text().replace(problem.path("instance").asText(), ""));
        if (reply.status() == 401) {
            assertThat(reply.header("WWW-Authenticate")).startsWith("Bearer");
        }
        if (reply.status() == 429) {
            assertThat(Integer.parseInt(reply.header("Retry-After"))).isPositive();
        }
    }

    /** An {@code error} frame. */
    static void assertError(JsonNode frame, String code) {
        assertThat(frame.path("type").asText()).isEqualTo("error");
        assertThat(frame.path("payload").path("code").asText()).isEqualTo(code);
        assertThat(frame.path("payload").path("error").asText()).isNotBlank();
        assertThat(frame.path("timestamp").asText()).isNotBlank();
        assertHidesTheInside(frame.path("payload").path("error").asText());
    }

    static void assertHidesTheInside(String text) {
        assertThat(INSIDE.matcher(text).find()).as(text).isFalse();
    }
}
