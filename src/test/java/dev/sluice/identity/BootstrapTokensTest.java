package dev.sluice.identity;

import static dev.sluice.identity.BootstrapTokens.Stage.DEVELOPMENT;
import static dev.sluice.identity.BootstrapTokens.Stage.PRODUCTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.identity.BootstrapTokens.Stage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BootstrapTokensTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private final MemoryTokenStore store = new MemoryTokenStore();
    private final List<String> console = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    @Test
    void takesTheEnvironmentsWordAndStoresNothing() {
        TokenBook book = start("root-secret", "edge-secret", PRODUCTION);

        assertThat(book.authenticate("root-secret")).satisfies(token -> {
            assertThat(token.kind()).isEqualTo(TokenKind.ADMIN);
            assertThat(token.id()).isEqualTo(BootstrapTokens.FIXED_ADMIN_ID);
        });
        assertThat(book.authenticate("edge-secret")).satisfies(token -> {
            assertThat(token.kind()).isEqualTo(TokenKind.AGENT);
            assertThat(token.workspaceId()).isEqualTo(1);
        });
        assertThat(store.rows).isEmpty();
        assertThat(console).isEmpty();
        assertThat(warnings).isEmpty();
    }

    @Test
    void offersWellKnownSecretsForDevelopingWithAWarning() {
        TokenBook book = start(null, " ", DEVELOPMENT);

        assertThat(book.authenticate("dev-admin-token")).isNotNull();
        assertThat(book.authenticate("dev-agent-token")).isNotNull();
        assertThat(warnings).hasSize(2);
        assertThat(store.rows).isEmpty();
    }

    @Test
    void generatesOnceInProductionAndShowsOnce() {
        TokenBook book = start(null, null, PRODUCTION);

        assertThat(book.authenticate("dev-admin-token")).isNull();
        assertThat(console).hasSize(2);
        String secret = console.get(0).substring(console.get(0).lastIndexOf(' ') + 1);
        assertThat(book.authenticate(secret).kind()).isEqualTo(TokenKind.ADMIN);

        console.clear();
        TokenBook restarted = start(null, null, PRODUCTION);

        assertThat(console).isEmpty();
        assertThat(store.rows).hasSize(2);
        assertThat(restarted.authenticate(secret)).isNotNull();
    }

    @Test
    void generatesAnewWhatWasRevoked() {
        TokenBook book = start(null, null, PRODUCTION);
        book.revoke(store.rows.get(0).token().id()).await().indefinitely();
        console.clear();

        start(null, null, PRODUCTION);

        assertThat(console).singleElement().asString().contains("bootstrap-admin");
    }

    @Test
    void oneSecretCannotBeTwoTokens() {
        assertThatThrownBy(() -> start("same", "same", PRODUCTION)).isInstanceOf(IllegalArgumentException.class);
    }

    private TokenBook start(@Nullable String admin, @Nullable String agent, Stage stage) {
        TokenBook book = new TokenBook(store, () -> NOON, SecretSource.random());
        book.load().await().indefinitely();
        new BootstrapTokens(book, () -> NOON, console::add, warnings::add)
                .ensure(admin, agent, stage)
                .await()
                .indefinitely();
        return book;
    }
}
