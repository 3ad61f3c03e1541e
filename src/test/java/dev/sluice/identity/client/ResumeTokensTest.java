package dev.sluice.identity.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ChannelPattern;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResumeTokensTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private final ResumeTokens tokens = with((byte) 1);

    private static ResumeTokens with(byte seed) {
        byte[] key = new byte[ResumeTokens.KEY_BYTES];
        key[0] = seed;
        ResumeTokens tokens = new ResumeTokens();
        tokens.use(key);
        return tokens;
    }

    private static ResumeClaim claim(ClientIdentity identity) {
        return new ResumeClaim("session-1", "client-1", false, "client-1", identity.owner(), identity, false, NOW);
    }

    @Test
    void whatIsGivenOutIsReadBack() {
        ResumeClaim user =
                claim(ClientIdentity.user("ann", List.of(new ChannelPattern("private-*")), NOW.plusSeconds(60)));
        ResumeClaim ticket = new ResumeClaim("s", "k", true, null, "anonymous", ClientIdentity.ANONYMOUS, true, NOW);

        assertThat(tokens.read(tokens.issue(user))).isEqualTo(user);
        assertThat(tokens.read(tokens.issue(ticket))).isEqualTo(ticket);
    }

    @Test
    void aUserWithoutAnEndHasNone() {
        ResumeClaim forever = claim(ClientIdentity.user("ann", List.of(), null));

        assertThat(tokens.read(tokens.issue(forever)).identity().expiresAt()).isNull();
    }

    @Test
    void anotherGatewaysTokenIsForged() {
        refused(with((byte) 2).issue(claim(ClientIdentity.ANONYMOUS)));
    }

    @Test
    void aChangedTokenIsForged() {
        String[] parts = tokens.issue(claim(ClientIdentity.ANONYMOUS)).split("\\.");
        String other = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"jti\":\"x\",\"key\":\"k\",\"own\":\"anonymous\",\"iat\":1}"
                        .getBytes(StandardCharsets.UTF_8));

        refused(parts[0] + "." + other + "." + parts[2]);
    }

    @Test
    void anUnsignedTokenIsForged() {
        String head = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
        String body = tokens.issue(claim(ClientIdentity.ANONYMOUS)).split("\\.")[1];

        refused(head + "." + body + ".");
    }

    @Test
    void nonsenseIsForged() {
        refused("");
        refused("a.b.c");
        refused(".".repeat(100_000));
    }

    private void refused(String token) {
        assertThatThrownBy(() -> tokens.read(token))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.FORBIDDEN));
    }
}
