package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Reply;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

/** What pages of other origins may read. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class CorsQuarkusTest {
    private static final String DECISION = "/api/v1/rollout/decision?client_id=page";
    private static final String ALLOWED = "https://app.example";

    @Inject
    Gateway gateway;

    @Test
    void anAllowedPageMayAskBeforehand() {
        Reply preflight = gateway.anonymous()
                .sendWith(
                        "OPTIONS",
                        "/api/v1/events",
                        "Origin",
                        ALLOWED,
                        "Access-Control-Request-Method",
                        "POST",
                        "Access-Control-Request-Headers",
                        "authorization,content-type");

        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo(ALLOWED);
        assertThat(preflight.header("Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(preflight.header("Access-Control-Allow-Methods")).contains("POST");
        assertThat(preflight.header("Access-Control-Allow-Headers")).isEqualTo("authorization,content-type");
    }

    @Test
    void anAllowedPageReadsAnswersAndErrors() {
        Reply answer = gateway.anonymous().sendWith("GET", DECISION, "Origin", ALLOWED);
        Reply error = gateway.anonymous().sendWith("GET", "/nowhere", "Origin", ALLOWED);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(ALLOWED);
        assertThat(answer.header("Access-Control-Expose-Headers")).contains("Sluice-Mode");
        assertThat(answer.header("Vary")).isEqualTo("Origin");
        assertThat(error.status()).isEqualTo(404);
        assertThat(error.header("Access-Control-Allow-Origin")).isEqualTo(ALLOWED);
    }

    @Test
    void anotherPageIsRefusedWhenItAsks() {
        Reply preflight = gateway.anonymous()
                .sendWith(
                        "OPTIONS",
                        "/api/v1/events",
                        "Origin",
                        "https://evil.example",
                        "Access-Control-Request-Method",
                        "POST");
        Reply simple = gateway.anonymous().sendWith("GET", DECISION, "Origin", "https://evil.example");

        assertThat(preflight.json(403).path("code").asText()).isEqualTo("origin-forbidden");
        assertThat(simple.header("Access-Control-Allow-Origin")).isNull();
    }

    @Test
    void theGatewaysOwnPageIsAllowed() {
        String own = gateway.uri().toString();

        assertThat(gateway.anonymous().sendWith("GET", DECISION, "Origin", own).header("Access-Control-Allow-Origin"))
                .isEqualTo(own);
    }
}
