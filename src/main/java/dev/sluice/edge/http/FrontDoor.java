package dev.sluice.edge.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sluice.core.Payload;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.identity.Token;
import dev.sluice.identity.client.ClientIdentity;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Mounts endpoints: for each request the token is checked, the body read, the handler asked, and whatever comes of it
 * written in one way.
 */
public final class FrontDoor {
    /** Ahead of every other route: they are tried one by one. */
    public static final int EARLY = -1_000;

    /** After every route of ours and of the framework: what arrives here exists nowhere. */
    private static final int LAST = Integer.MAX_VALUE - 1;

    /** Whose request it is, for whatever is answered. */
    private static final String CALL = "sluice.call";

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private final Credentials credentials;
    private final ClientOrigins origins;
    private final RateLimits rates;
    private final BodyReader bodies;
    private final Greeting greeting;
    private final Consumer<ProblemCode> onProblem;

    /**
     * @param greeting asked before every answer to somebody who was let in
     * @param onProblem counts what was refused
     */
    public FrontDoor(
            Credentials credentials,
            ClientOrigins origins,
            RateLimits rates,
            BodyReader bodies,
            Greeting greeting,
            Consumer<ProblemCode> onProblem) {
        this.credentials = credentials;
        this.origins = origins;
        this.rates = rates;
        this.bodies = bodies;
        this.greeting = greeting;
        this.onProblem = onProblem;
    }

    /**
     * Mounts the endpoints, and an answer for everything that is none of them.
     *
     * @param sockets paths that are mounted already, and asked for with GET
     */
    public void mount(Router router, List<Endpoint> endpoints, List<String> sockets) {
        List<FrequentPath> frequent = endpoints.stream()
                .filter(Endpoint::frequent)
                .map(FrequentPath::of)
                .toList();
        router.route().order(EARLY).handler(routing -> hurry(routing, frequent));
        for (Endpoint endpoint : endpoints) {
            Route route = router.route(endpoint.method(), endpoint.routePath());
            route.handler(routing -> enter(routing, endpoint));
            if (endpoint.answersHead()) {
                router.head(endpoint.routePath()).handler(routing -> enter(routing, endpoint));
            }
        }
        KnownPaths known = new KnownPaths(endpoints, sockets);
        router.route().order(LAST).handler(routing -> nowhere(routing, known));
    }

    private void hurry(RoutingContext routing, List<FrequentPath> frequent) {
        for (int i = 0; i < frequent.size(); i++) {
            FrequentPath path = frequent.get(i);
            if (path.takes(routing)) {
                enter(routing, path.endpoint);
                return;
            }
        }
        routing.next();
    }

    private void nowhere(RoutingContext routing, KnownPaths known) {
        HttpServerRequest request = routing.request();
        Set<String> allowed = known.methodsOf(request.path(), routing.response(), origins.of(request));
        if (allowed.isEmpty()) {
            fail(routing, new SluiceException(ProblemCode.NOT_FOUND));
        } else {
            routing.response().putHeader("Allow", String.join(", ", allowed));
            fail(routing, new SluiceException(ProblemCode.METHOD_NOT_ALLOWED));
        }
        bodies.refuse(request);
    }

    private void enter(RoutingContext routing, Endpoint endpoint) {
        try {
            ClientOrigin origin = origins.of(routing.request());
            endpoint.handler().asked(routing.response(), origin);
            Call call = callOf(routing, origin, endpoint.access());
            endpoint.handler().arrived(call);
            if (!bodies.hasBody(routing.request()) && atOnce(call, endpoint)) {
                return;
            }
            bodies.read(routing.request())
                    .onSuccess(body -> {
                        call.body(body);
                        handle(call, endpoint);
                    })
                    .onFailure(failure -> fail(routing, endpoint, failure));
        } catch (SluiceException refused) {
            fail(routing, endpoint, refused);
            bodies.refuse(routing.request());
        }
    }

    private boolean atOnce(Call call, Endpoint endpoint) {
        Context home = call.routing().vertx().getOrCreateContext();
        // Its end is there, and nothing else of it is waited for.
        call.routing().request().resume();
        try {
            return endpoint.handler()
                    .handleAtOnce(call, failure -> on(home, () -> fail(call.routing(), endpoint, failure)));
        } catch (RuntimeException thrown) {
            fail(call.routing(), endpoint, thrown);
            return true;
        }
    }

    /** Where a request comes from. For URLs that are no endpoints. */
    public ClientOrigin originOf(HttpServerRequest request) {
        return origins.of(request);
    }

    /** Who shows what in the header of a request that is somebody's already; wrong credentials are refused. */
    public ClientIdentity identityOf(HttpServerRequest request) {
        return clientOf(request, origins.of(request), Access.CLIENT_BY_HEADER);
    }

    /** A body as it is, for URLs that are no endpoints; fails with {@code body-too-large} beyond the bound. */
    public Future<Buffer> bodyOf(HttpServerRequest request, long maxBytes) {
        return bodies.bytes(request, maxBytes);
    }

    /** Who calls, checked against who may. For upgrades, which have no endpoint of their own. */
    public Call callOf(RoutingContext routing, Access access) {
        return callOf(routing, origins.of(routing.request()), access);
    }

    private Call callOf(RoutingContext routing, ClientOrigin origin, Access access) {
        Call call = new Call(routing, callerOf(routing.request(), origin, access), origin, access);
        routing.put(CALL, call);
        if (call.client().anonymous()) {
            rates.spendAddress(origin.address());
        }
        return call;
    }

    private ClientIdentity callerOf(HttpServerRequest request, ClientOrigin origin, Access access) {
        return switch (access) {
            case ANYBODY -> ClientIdentity.ANONYMOUS;
            case CLIENT, CLIENT_BY_HEADER -> clientOf(request, origin, access);
            case VISITOR -> visitorOf(request);
            default -> holderOf(request, origin, access);
        };
    }

    private ClientIdentity holderOf(HttpServerRequest request, ClientOrigin origin, Access access) {
        Token token = tokenOf(request, origin, access);
        if (token == null && access != Access.OPEN) {
            rates.spendAddress(origin.address());
            throw new SluiceException(ProblemCode.UNAUTHORIZED);
        }
        if (token != null && !access.allows(token.kind())) {
            throw new SluiceException(ProblemCode.FORBIDDEN);
        }
        return token == null ? ClientIdentity.ANONYMOUS : ClientIdentity.holder(token);
    }

    private ClientIdentity clientOf(HttpServerRequest request, ClientOrigin origin, Access access) {
        try {
            return access == Access.CLIENT_BY_HEADER
                    ? credentials.clientByHeader(request)
                    : credentials.clientOf(request);
        } catch (SluiceException wrong) {
            // Guessing is bounded before it is answered.
            rates.spendAddress(origin.address());
            throw wrong;
        }
    }

    private ClientIdentity visitorOf(HttpServerRequest request) {
        try {
            return credentials.clientOf(request);
        } catch (SluiceException unknown) {
            return ClientIdentity.ANONYMOUS;
        }
    }

    private @Nullable Token tokenOf(HttpServerRequest request, ClientOrigin origin, Access access) {
        try {
            return credentials.tokenOf(request, access.readsQuery());
        } catch (SluiceException wrong) {
            // Guessing is bounded before it is answered.
            rates.spendAddress(origin.address());
            throw wrong;
        }
    }

    private void handle(Call call, Endpoint endpoint) {
        Context home = call.routing().vertx().getOrCreateContext();
        try {
            endpoint.handler()
                    .handle(call)
                    .subscribe()
                    .with(
                            answer -> on(home, () -> write(call.routing(), answer)),
                            failure -> on(home, () -> fail(call.routing(), endpoint, failure)));
        } catch (RuntimeException thrown) {
            fail(call.routing(), endpoint, thrown);
        }
    }

    /** Answers arrive from the database's and other sessions' threads; a response is written on its own. */
    private static void on(Context context, Runnable task) {
        if (Vertx.currentContext() == context) {
            task.run();
        } else {
            context.runOnContext(hop -> task.run());
        }
    }

    private void write(RoutingContext routing, @Nullable Answer answer) {
        HttpServerResponse response = routing.response();
        if (answer == null || response.ended() || response.closed()) {
            return; // the endpoint answered by itself
        }
        answer.headers().forEach(response::putHeader);
        greet(routing);
        response.setStatusCode(answer.status());
        Object body = answer.body();
        if (body == null) {
            response.end();
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, Headers.JSON);
        response.end(body instanceof Payload ready ? Buffer.buffer(ready.bytes()) : json(body));
    }

    private static Buffer json(Object body) {
        try {
            return Buffer.buffer(MAPPER.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Answers with a problem document and counts it. */
    public void fail(RoutingContext routing, Throwable failure) {
        fail(routing, failure, ProblemForm.DOCUMENT);
    }

    private void fail(RoutingContext routing, Endpoint endpoint, Throwable failure) {
        fail(routing, failure, endpoint.handler().problems());
    }

    private void fail(RoutingContext routing, Throwable failure, ProblemForm form) {
        onProblem.accept(failure instanceof SluiceException known ? known.code() : ProblemCode.INTERNAL);
        greet(routing);
        Problems.answer(routing, failure, form);
    }

    private void greet(RoutingContext routing) {
        Call call = routing.get(CALL);
        HttpServerResponse response = routing.response();
        if (call != null && !response.headWritten() && !Headers.modeTold(response)) {
            greeting.greet(call);
        }
    }
}
