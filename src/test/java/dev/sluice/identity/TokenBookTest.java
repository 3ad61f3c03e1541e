package dev.sluice.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.identity.TokenBook.Issued;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenBookTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private final MemoryTokenStore store = new MemoryTokenStore();
    private Instant now = NOON;
    private final TokenBook book = book();
    private final List<UUID> gone = new ArrayList<>();

    private TokenBook book() {
        return new TokenBook(store, () -> now, SecretSource.random());
    }

    @Test
    void aCreatedTokenAuthenticatesAndOnlyItsHashIsKept() {
        Issued issued = create(TokenKind.AGENT, null);

        assertThat(issued.secret()).matches("slc_agent_[A-Za-z0-9_-]{43}");
        assertThat(book.authenticate(issued.secret())).isEqualTo(issued.token());
        assertThat(issued.token().workspaceId()).isEqualTo(1);
        assertThat(store.rows).singleElement().satisfies(row -> {
            assertThat(row.secretHash()).hasSize(64).doesNotContain(issued.secret());
        });
        assertThat(issued.toString()).doesNotContain(issued.secret());
        assertThat(book.authenticate(issued.secret() + "x")).isNull();
        assertThat(book.authenticate("")).isNull();
    }

    @Test
    void anotherProcessAuthenticatesWhatWasStored() {
        Issued issued = create(TokenKind.ADMIN, null);
        TokenBook restarted = book();
        assertThat(restarted.authenticate(issued.secret())).isNull();

        restarted.load().await().indefinitely();

        assertThat(restarted.authenticate(issued.secret())).isEqualTo(issued.token());
    }

    @Test
    void aRevokedTokenIsRefusedAndItsConnectionsAreTold() {
        Issued issued = create(TokenKind.OPERATOR, null);
        book.onRevoked(gone::add);

        assertThat(revoke(issued.token().id())).isTrue();
        assertThat(revoke(issued.token().id())).isFalse();
        assertThat(revoke(UUID.randomUUID())).isFalse();
        book.load().await().indefinitely();

        assertThat(book.authenticate(issued.secret())).isNull();
        assertThat(gone).containsExactly(issued.token().id());
        assertThat(book.list(10, 0).await().indefinitely())
                .singleElement()
                .satisfies(token -> assertThat(token.revokedAt()).isEqualTo(NOON));
    }

    @Test
    void expiryIsSeenAtUseAndReportedOnceByTheSweep() {
        Issued issued = create(TokenKind.PUBLISHER, NOON.plusSeconds(10));
        create(TokenKind.PUBLISHER, null);
        book.onRevoked(gone::add);

        now = NOON.plusSeconds(10);

        assertThat(book.authenticate(issued.secret())).isNull();
        assertThat(book.sweepExpired(now)).containsExactly(issued.token());
        assertThat(book.sweepExpired(now)).isEmpty();
        assertThat(gone).containsExactly(issued.token().id());
    }

    @Test
    void aFixedTokenIsNeitherStoredNorRevoked() {
        Token fixed = new Token(UUID.randomUUID(), TokenKind.ADMIN, "env", null, null, Set.of(), NOON, null, null);

        book.addFixed(fixed, "from the environment");

        assertThat(book.authenticate("from the environment")).isEqualTo(fixed);
        assertThatThrownBy(() -> revoke(fixed.id()))
                .isInstanceOfSatisfying(SluiceException.class, problem -> assertThat(problem.code())
                        .isEqualTo(ProblemCode.TOKEN_FIXED));
        assertThat(book.authenticate("from the environment")).isEqualTo(fixed);
        assertThat(store.rows).isEmpty();
    }

    @Test
    void refusesWhatMakesNoSense() {
        UUID cluster = UUID.randomUUID();

        assertField("name", TokenKind.ADMIN, " ", null, null, null);
        assertField("workspace_id", TokenKind.ADMIN, "a", 1, null, null);
        assertField("workspace_id", TokenKind.AGENT, "a", 0, null, null);
        assertField("cluster_id", TokenKind.OPERATOR, "a", 1, cluster, null);
        assertField("expires_at", TokenKind.AGENT, "a", 1, cluster, NOON);
        assertThat(store.rows).isEmpty();
    }

    private void assertField(
            String field,
            TokenKind kind,
            String name,
            @Nullable Integer workspace,
            @Nullable UUID cluster,
            @Nullable Instant expiresAt) {
        assertThatThrownBy(() -> book.create(kind, name, workspace, cluster, Set.of(), expiresAt)
                        .await()
                        .indefinitely())
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.field()).isEqualTo(field));
    }

    private Issued create(TokenKind kind, @Nullable Instant expiresAt) {
        return book.create(kind, "name", null, null, Set.of(), expiresAt)
                .await()
                .indefinitely();
    }

    private boolean revoke(UUID id) {
        return book.revoke(id).await().indefinitely();
    }
}
