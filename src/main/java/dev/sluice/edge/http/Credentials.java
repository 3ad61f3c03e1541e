package dev.sluice.edge.http;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.identity.Token;
import dev.sluice.identity.TokenBook;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the token of a request: {@code Authorization: Bearer}, or {@code ?token=} as clients in the field send it. */
public final class Credentials {
    private static final String BEARER = "bearer ";

    private final TokenBook tokens;

    public Credentials(TokenBook tokens) {
        this.tokens = tokens;
    }

    /**
     * The caller's token, or null where none was sent.
     *
     * @throws SluiceException {@code unauthorized} where one was sent and it is not valid
     */
    public @Nullable Token tokenOf(HttpServerRequest request) {
        String secret = secretOf(request);
        if (secret == null) {
            return null;
        }
        Token token = tokens.authenticate(secret);
        if (token == null) {
            throw new SluiceException(ProblemCode.UNAUTHORIZED);
        }
        return token;
    }

    private static @Nullable String secretOf(HttpServerRequest request) {
        String header = request.getHeader("Authorization");
        if (header != null && header.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return header.substring(BEARER.length()).strip();
        }
        String query = request.getParam("token");
        return query == null || query.isEmpty() ? null : query;
    }
}
