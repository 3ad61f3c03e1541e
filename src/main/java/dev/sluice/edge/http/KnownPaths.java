package dev.sluice.edge.http;

import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Every path there is, for requests that no route took: whether nothing is there, or it is asked for in another way. */
final class KnownPaths {
    private final List<Known> known = new ArrayList<>();

    /** @param asked what is told with every answer of that path */
    private record Known(Pattern path, Set<String> methods, BiConsumer<HttpServerResponse, ClientOrigin> asked) {}

    /** @param sockets paths as the router wants them, asked for with GET */
    KnownPaths(List<Endpoint> endpoints, List<String> sockets) {
        for (Endpoint endpoint : endpoints) {
            String method = endpoint.method().name();
            Set<String> methods = endpoint.answersHead() ? Set.of(method, "HEAD") : Set.of(method);
            known.add(new Known(pattern(endpoint.routePath()), methods, endpoint.handler()::asked));
        }
        for (String socket : sockets) {
            known.add(new Known(pattern(socket), Set.of("GET"), (answer, from) -> {}));
        }
    }

    private static Pattern pattern(String routePath) {
        return Pattern.compile(routePath.replaceAll(":[^/]+", "[^/]+"));
    }

    /** The methods that path has, in alphabetical order; none where there is nothing. */
    Set<String> methodsOf(String path, HttpServerResponse answer, ClientOrigin from) {
        Set<String> allowed = new TreeSet<>();
        for (Known candidate : known) {
            if (candidate.path().matcher(path).matches()) {
                allowed.addAll(candidate.methods());
                candidate.asked().accept(answer, from);
            }
        }
        return allowed;
    }
}
