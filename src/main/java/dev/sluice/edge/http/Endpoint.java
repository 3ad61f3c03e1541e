package dev.sluice.edge.http;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Consumer;

/**
 * One URL of the API: the catalogue from which routes are made and with which {@code openapi.yaml} is compared.
 *
 * @param path with {@code {name}} for parameters, as OpenAPI writes it
 * @param access who may call it
 * @param handler called on the request's event loop with the caller known and the body read; answers on any thread
 * @param frequent whether it is looked for before the others
 */
public record Endpoint(HttpMethod method, String path, Access access, Handler handler, boolean frequent) {

    /** What an endpoint does. Fails with {@link dev.sluice.core.SluiceException} for everything a caller may know. */
    @FunctionalInterface
    public interface Handler {
        Uni<Answer> handle(Call call);

        /** A request came for this endpoint, nobody knows whose: the moment for headers that even a 401 carries. */
        default void asked(HttpServerResponse answer, ClientOrigin from) {}

        /**
         * The caller is known and nothing of the body is read: the moment for headers that every answer carries, those
         * to a bad body included.
         */
        default void arrived(Call call) {}

        /**
         * A request without a body came, on its event loop: handles it at once where that needs neither the database nor
         * anybody else, for URLs that are asked by the thousand a second.
         *
         * @param failed told why it failed later, on any thread
         * @return false where nothing was done: then it is {@linkplain #handle handled} as every other
         */
        default boolean handleAtOnce(Call call, Consumer<Throwable> failed) {
            return false;
        }

        /** How this endpoint's clients read what went wrong. */
        default ProblemForm problems() {
            return ProblemForm.DOCUMENT;
        }
    }

    public static Endpoint get(String path, Access access, Handler handler) {
        return new Endpoint(HttpMethod.GET, path, access, handler, false);
    }

    public static Endpoint post(String path, Access access, Handler handler) {
        return new Endpoint(HttpMethod.POST, path, access, handler, false);
    }

    public static Endpoint put(String path, Access access, Handler handler) {
        return new Endpoint(HttpMethod.PUT, path, access, handler, false);
    }

    public static Endpoint delete(String path, Access access, Handler handler) {
        return new Endpoint(HttpMethod.DELETE, path, access, handler, false);
    }

    /** The same, for URLs with one parameter that clients ask for all the time: routes are tried one by one. */
    public Endpoint askedOften() {
        return new Endpoint(method, path, access, handler, true);
    }

    /** Whether it is a page, of which balancers look at the status alone. */
    boolean answersHead() {
        return method.equals(HttpMethod.GET) && (access == Access.ANYBODY || access == Access.VISITOR);
    }

    /** The path as the router wants it. */
    String routePath() {
        return path.replace('{', ':').replace("}", "");
    }
}
