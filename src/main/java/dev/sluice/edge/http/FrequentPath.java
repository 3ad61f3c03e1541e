package dev.sluice.edge.http;

import io.vertx.ext.web.RoutingContext;

/**
 * The path of an endpoint that is asked by the thousand a second, with one parameter: found by a look at its two ends. The
 * router tries one regular expression after another, which costs as much as all that such a request does.
 */
final class FrequentPath {
    final Endpoint endpoint;
    private final String name;
    private final String before;
    private final String behind;

    private FrequentPath(Endpoint endpoint, String before, String name, String behind) {
        this.endpoint = endpoint;
        this.before = before;
        this.name = name;
        this.behind = behind;
    }

    static FrequentPath of(Endpoint endpoint) {
        String path = endpoint.path();
        int open = path.indexOf('{');
        int close = path.indexOf('}');
        if (open < 0 || path.indexOf('{', open + 1) >= 0) {
            throw new IllegalArgumentException(path + " has not one parameter, and has to be left to the router");
        }
        return new FrequentPath(
                endpoint, path.substring(0, open), path.substring(open + 1, close), path.substring(close + 1));
    }

    /**
     * Whether the request is for it; its parameter is known to the context then. False as well for spellings that have
     * to be decoded or straightened first, which are the router's business.
     */
    boolean takes(RoutingContext routing) {
        String path = routing.request().path();
        int end = path == null ? -1 : path.length() - behind.length();
        if (end <= before.length()
                || !path.startsWith(before)
                || !path.endsWith(behind)
                || !endpoint.method().equals(routing.request().method())) {
            return false;
        }
        String value = path.substring(before.length(), end);
        if (!isPlain(value)) {
            return false;
        }
        routing.pathParams().put(name, value);
        return true;
    }

    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean plain =
                    c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_';
            if (!plain) {
                return false;
            }
        }
        return true;
    }
}
