package dev.sluice.store;

import static dev.sluice.store.StoreTest.NOON;
import static dev.sluice.store.StoreTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.identity.StoredToken;
import dev.sluice.identity.Token;
import dev.sluice.identity.TokenKind;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(DatabaseResource.class)
class PgTokenStoreQuarkusTest {
    @Inject
    PgTokenStore tokens;

    @Test
    void givesBackWhatItWasGiven() {
        StoredToken agent = new StoredToken(
                new Token(
                        UUID.randomUUID(),
                        TokenKind.AGENT,
                        "edge",
                        7,
                        UUID.randomUUID(),
                        Set.of("cluster:register"),
                        NOON,
                        NOON.plusSeconds(60),
                        null),
                UUID.randomUUID().toString());

        get(tokens.insert(agent));

        assertThat(get(tokens.loadUsable(NOON))).contains(agent);
    }

    @Test
    void loadsNeitherExpiredNorRevoked() {
        StoredToken expired = token(NOON.plusSeconds(1));
        StoredToken revoked = token(null);
        get(tokens.insert(expired));
        get(tokens.insert(revoked));

        assertThat(get(tokens.revoke(revoked.token().id(), NOON))).isTrue();
        assertThat(get(tokens.revoke(revoked.token().id(), NOON))).isFalse();

        assertThat(get(tokens.loadUsable(NOON.plusSeconds(1)))).doesNotContain(expired, revoked);
        assertThat(get(tokens.list(1000, 0)))
                .filteredOn(token -> token.id().equals(revoked.token().id()))
                .singleElement()
                .satisfies(token -> assertThat(token.revokedAt()).isEqualTo(NOON));
    }

    @Test
    void listsNewestFirstInPages() {
        StoredToken older = token(null);
        get(tokens.insert(older));
        StoredToken newest = new StoredToken(
                new Token(
                        UUID.randomUUID(),
                        TokenKind.ADMIN,
                        "n",
                        null,
                        null,
                        Set.of(),
                        NOON.plusSeconds(1_000_000),
                        null,
                        null),
                UUID.randomUUID().toString());
        get(tokens.insert(newest));

        assertThat(get(tokens.list(1, 0))).containsExactly(newest.token());
        assertThat(get(tokens.list(1000, 1))).contains(older.token()).doesNotContain(newest.token());
    }

    private static StoredToken token(@Nullable Instant expiresAt) {
        return new StoredToken(
                new Token(UUID.randomUUID(), TokenKind.OPERATOR, "o", 1, null, Set.of(), NOON, expiresAt, null),
                UUID.randomUUID().toString());
    }
}
