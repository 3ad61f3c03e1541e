package dev.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.identity.Token;
import dev.sluice.identity.TokenBook.Issued;
import dev.sluice.identity.TokenKind;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenDocumentTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    @Test
    void theSecretStandsInTheAnswerToItsCreationOnly() {
        assertThat(JsonText.write(TokenDocument.issued(new Issued(token(null), "slc_operator_x"))))
                .isEqualTo("{'id':'00000000-0000-0000-0000-000000000007','token':'slc_operator_x','kind':'operator',"
                        + "'name':'ops','workspace_id':1,'cluster_id':null,'scopes':['a','b'],"
                        + "'created_at':'2026-11-20T12:00:00Z','expires_at':null}");
        assertThat(JsonText.write(TokenDocument.listed(token(null)))).doesNotContain("token", "revoked_at");
    }

    @Test
    void aRevokedOneSaysSince() {
        assertThat(JsonText.write(TokenDocument.listed(token(NOON)))).endsWith("'revoked_at':'2026-11-20T12:00:00Z'}");
    }

    private static Token token(@Nullable Instant revokedAt) {
        return new Token(new UUID(0, 7), TokenKind.OPERATOR, "ops", 1, null, Set.of("b", "a"), NOON, null, revokedAt);
    }
}
