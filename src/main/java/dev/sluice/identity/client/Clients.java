package dev.sluice.identity.client;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.identity.Token;
import dev.sluice.identity.TokenBook;
import dev.sluice.identity.TokenKind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out who an application's client is. Any thread; never asks anybody else, so it never waits. */
public final class Clients {
    /** Three runs of base64url: no secret that the token book gives out looks like that. */
    private static final Pattern JWT = Pattern.compile("[\\w-]+\\.[\\w-]+\\.[\\w-]*");

    private final TokenBook tokens;
    private final @Nullable JwtVerifier jwts;
    private final byte[] probe;

    /**
     * @param jwts null where no key is configured: then no JWT is accepted
     * @param probeSecret what the gateway's own client shows
     */
    public Clients(TokenBook tokens, @Nullable JwtVerifier jwts, String probeSecret) {
        this.tokens = tokens;
        this.jwts = jwts;
        this.probe = probeSecret.getBytes(StandardCharsets.UTF_8);
    }

    /** Whether there is a key to verify users' tokens with: without one, what looks like a token may be anybody's. */
    public boolean verifiesJwts() {
        return jwts != null;
    }

    /**
     * @param credential a JWT or a token's secret, null where the client sent none
     * @throws SluiceException {@code unauthorized} or {@code token-expired} where one was sent and is not valid,
     *     {@code forbidden} for an agent's token, which opens nothing here
     */
    public ClientIdentity identify(@Nullable String credential) {
        if (credential == null) {
            return ClientIdentity.ANONYMOUS;
        }
        if (MessageDigest.isEqual(probe, credential.getBytes(StandardCharsets.UTF_8))) {
            return ClientIdentity.PROBE;
        }
        Token token = tokens.authenticate(credential);
        if (token != null) {
            if (token.kind() == TokenKind.AGENT) {
                throw new SluiceException(ProblemCode.FORBIDDEN);
            }
            return ClientIdentity.holder(token);
        }
        if (jwts == null || !JWT.matcher(credential).matches()) {
            throw new SluiceException(ProblemCode.UNAUTHORIZED);
        }
        return jwts.verify(credential);
    }
}
