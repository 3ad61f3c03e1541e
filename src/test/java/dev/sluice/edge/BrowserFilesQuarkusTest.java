package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Reply;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The browser client as a file: whole, kept for a while, and compared by its tag. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class BrowserFilesQuarkusTest {
    @Inject
    Gateway gateway;

    private Reply get(String path, String... headers) {
        return gateway.anonymous()
                .sendWith("GET", path, headers.length == 0 ? new String[] {"Accept", "*/*"} : headers);
    }

    @Test
    void isServedWithATagAndAShortLife() {
        Reply script = get("/sluice.js");

        assertThat(script.status()).isEqualTo(200);
        assertThat(script.header("Content-Type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(script.header("Cache-Control")).isEqualTo("public, max-age=300");
        assertThat(script.header("Vary")).contains("Accept-Encoding");
        assertThat(get("/sluice.d.ts").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "W/%s", "\"other\", %s"})
    void isNotSentAgainToWhoHasIt(String header) {
        String tag = get("/sluice.js").header("ETag");

        assertThat(get("/sluice.js", "If-None-Match", header.formatted(tag)).status())
                .isEqualTo(304);
        assertThat(get("/sluice.js", "If-None-Match", "\"other\"").status()).isEqualTo(200);
    }

    @Test
    void isCompressedForWhoUnderstandsThat() {
        Reply zipped = get("/sluice.js", "Accept-Encoding", "br, gzip;q=0.8");
        Reply plain = get("/sluice.js", "Accept-Encoding", "br, gzip;q=0");

        assertThat(zipped.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(Integer.parseInt(zipped.header("Content-Length"))).isLessThan(12_000);
        assertThat(plain.header("Content-Encoding")).isNullOrEmpty();
        assertThat(plain.header("ETag")).isNotEqualTo(zipped.header("ETag"));
    }
}
