package dev.sluice.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.Mode;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.identity.Token;
import dev.sluice.identity.client.ClientIdentity;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One request on its way through an endpoint: who calls, from where, and what was sent. On the request's event loop. */
public final class Call {
    /** More digits than these are no number that anybody means. */
    private static final int MOST_DIGITS = 100;

    private final RoutingContext routing;
    private final @Nullable Token token;
    private final ClientIdentity client;
    private final ClientOrigin origin;
    private final Access access;
    private @Nullable JsonNode body;

    Call(RoutingContext routing, ClientIdentity client, ClientOrigin origin, Access access) {
        this.routing = routing;
        this.client = client;
        this.token = client.token();
        this.origin = origin;
        this.access = access;
    }

    void body(JsonNode read) {
        body = read;
    }

    /** The request itself, for endpoints that park it. */
    public RoutingContext routing() {
        return routing;
    }

    /** Where the caller is, proxies seen through. */
    public ClientOrigin origin() {
        return origin;
    }

    /** As whom the caller was let in. */
    public Access access() {
        return access;
    }

    /** Who the caller is as a client of an application; on other endpoints the holder of its token. */
    public ClientIdentity client() {
        return client;
    }

    /** The caller's token; null only on open endpoints. */
    public @Nullable Token tokenOrNull() {
        return token;
    }

    /** The caller's token on endpoints that require one. */
    public Token token() {
        if (token == null) {
            throw new SluiceException(ProblemCode.UNAUTHORIZED);
        }
        return token;
    }

    /** The parsed body; an empty one is an empty object. */
    public JsonNode body() {
        if (body == null) {
            throw new IllegalStateException("no body was read");
        }
        return body;
    }

    /** The same, null where nothing of it was read or what was read is no JSON. */
    public @Nullable JsonNode bodyIfRead() {
        return body;
    }

    /** A path parameter. */
    public String path(String name) {
        return routing.pathParam(name);
    }

    /** A path parameter that is an id; anything else names nothing that exists. */
    public UUID pathId(String name, ProblemCode absent) {
        try {
            return UUID.fromString(path(name));
        } catch (IllegalArgumentException e) {
            throw new SluiceException(absent);
        }
    }

    /** A query parameter, or null. Of a repeated one the first counts. */
    public @Nullable String query(String name) {
        String value = routing.queryParams().get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** A query parameter that is a whole number within bounds. */
    public int query(String name, int absent, int min, int max) {
        String value = query(name);
        if (value == null) {
            return absent;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, together with numbers out of bounds.
        }
        throw SluiceException.invalid(name, "a whole number from %d to %d".formatted(min, max));
    }

    /** A query parameter that is a whole number, however large: beyond the bound it counts as the bound. */
    public int queryAtMost(String name, int absent, int max) {
        String value = query(name);
        if (value == null) {
            return absent;
        }
        long number = 0;
        for (int i = 0; i < value.length(); i++) {
            char digit = value.charAt(i);
            if (digit < '0' || digit > '9' || value.length() > MOST_DIGITS) {
                throw SluiceException.invalid(name, "a whole number from 0");
            }
            number = Math.min(max, number * 10 + digit - '0');
        }
        return (int) number;
    }

    public @Nullable String header(String name) {
        return routing.request().getHeader(name);
    }

    /** Adds a header to whatever is answered, errors included. */
    public void answerHeader(String name, String value) {
        routing.response().putHeader(name, value);
    }

    /** Tells the client how it is served, in a header of whatever is answered, errors included. */
    public void tellMode(Mode mode) {
        Headers.tellMode(routing.response(), mode);
    }
}
