package dev.sluice.edge.http;

import java.util.regex.Pattern;

/** A request's path as it may be shown, in logs and in answers: what names a session is its client's secret. */
final class ShownPath {
    private static final Pattern SESSION = Pattern.compile("(/api/v1/(?:sessions|sockets)/)[^/]+");

    private ShownPath() {}

    static String of(String path) {
        return SESSION.matcher(path).replaceFirst("$1-");
    }
}
