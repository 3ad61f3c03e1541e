package dev.sluice.edge.http;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.identity.Token;
import dev.sluice.identity.TokenBook;
import dev.sluice.identity.client.ClientIdentity;
import dev.sluice.identity.client.Clients;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds the token of a request: {@code Authorization: Bearer}, or {@code ?token=} where clients in the field send it so.
 */
public final class Credentials {
    private static final String BEARER = "bearer ";

    private final TokenBook tokens;
    private final Clients clients;

    public Credentials(TokenBook tokens, Clients clients) {
        this.tokens = tokens;
        this.clients = clients;
    }

    /**
     * The caller's token, or null where none was sent.
     *
     * @param readsQuery whether it may be in the query
     * @throws SluiceException {@code unauthorized} where one was sent and it is not valid
     */
    @Nullable
    Token tokenOf(HttpServerRequest request, boolean readsQuery) {
        String secret = readsQuery ? secretOf(request) : bearer(request);
        if (secret == null) {
            return null;
        }
        Token token = tokens.authenticate(secret);
        if (token == null) {
            throw new SluiceException(ProblemCode.UNAUTHORIZED);
        }
        return token;
    }

    /**
     * Who the caller is as a client of an application.
     *
     * @throws SluiceException as {@link Clients#identify}
     */
    ClientIdentity clientOf(HttpServerRequest request) {
        return clients.identify(secretOf(request));
    }

    /** The same, with a look at the header alone. */
    ClientIdentity clientByHeader(HttpServerRequest request) {
        return clients.identify(bearer(request));
    }

    private static @Nullable String bearer(HttpServerRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        return header != null && header.toLowerCase(Locale.ROOT).startsWith(BEARER)
                ? header.substring(BEARER.length()).strip()
                : null;
    }

    private static @Nullable String secretOf(HttpServerRequest request) {
        String header = bearer(request);
        if (header != null) {
            return header;
        }
        // To read a query is to take it apart, and most have nothing of the kind.
        String whole = request.query();
        String query = whole == null || !whole.contains("token") ? null : request.getParam("token");
        return query == null || query.isEmpty() ? null : query;
    }
}
