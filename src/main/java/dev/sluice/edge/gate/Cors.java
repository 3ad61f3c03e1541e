package dev.sluice.edge.gate;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.edge.http.ClientOrigins;
import dev.sluice.edge.http.FrontDoor;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Lets the pages of allowed origins read what is answered, errors included. Pages of other origins are refused when
 * they ask beforehand; where they need not ask, their browser keeps the answer from them.
 *
 * @see <a href="https://fetch.spec.whatwg.org/#http-cors-protocol">Fetch, CORS protocol</a>
 */
public final class Cors {
    /** Before every route, so that what those answer carries the headers, too. */
    private static final int FIRST = -10_000;

    private static final String METHODS = "GET, POST, PUT, DELETE";
    private static final String EXPOSED = "Sluice-Mode, Retry-After, ETag, Deprecation, Sunset, Link, WWW-Authenticate";

    /** Ten minutes: a list that was shortened must not be remembered for long. */
    private static final String MAX_AGE_SECONDS = "600";

    private final Origins origins;
    private final ClientOrigins clients;
    private final FrontDoor door;

    public Cors(Origins origins, ClientOrigins clients, FrontDoor door) {
        this.origins = origins;
        this.clients = clients;
        this.door = door;
    }

    public void mount(Router router) {
        router.route().order(FIRST).handler(this::enter);
    }

    private void enter(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null) {
            routing.next();
            return;
        }
        HttpServerResponse response = routing.response();
        response.putHeader("Vary", "Origin");
        Origins here = origins.at(request.path());
        boolean allowed = here.allows(origin, clients.of(request).baseUrl());
        if (allowed) {
            allow(response, origin, here);
        }
        if (!asksBeforehand(request)) {
            routing.next();
        } else if (allowed) {
            answerPreflight(response, request.getHeader("Access-Control-Request-Headers"));
        } else {
            door.fail(routing, new SluiceException(ProblemCode.ORIGIN_FORBIDDEN));
        }
    }

    private static boolean asksBeforehand(HttpServerRequest request) {
        return request.method() == HttpMethod.OPTIONS && request.getHeader("Access-Control-Request-Method") != null;
    }

    private static void allow(HttpServerResponse response, String origin, Origins here) {
        response.putHeader("Access-Control-Expose-Headers", EXPOSED);
        if (here.allowsAll()) {
            // With credentials for everybody, any page could act as the browser's user.
            response.putHeader("Access-Control-Allow-Origin", "*");
        } else {
            response.putHeader("Access-Control-Allow-Origin", origin);
            response.putHeader("Access-Control-Allow-Credentials", "true");
        }
    }

    private static void answerPreflight(HttpServerResponse response, @Nullable String headers) {
        response.putHeader("Access-Control-Allow-Methods", METHODS);
        if (headers != null) {
            response.putHeader("Access-Control-Allow-Headers", headers);
        }
        response.putHeader("Access-Control-Max-Age", MAX_AGE_SECONDS);
        response.setStatusCode(204).end();
    }
}
