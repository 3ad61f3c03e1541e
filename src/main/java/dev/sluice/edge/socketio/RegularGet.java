package dev.sluice.edge.socketio;

import dev.sluice.edge.shortcut.Again;
import dev.sluice.edge.shortcut.Regular;
import org.jspecify.annotations.Nullable;

/**
 * The GETs of one Engine.IO client that polls.
 *
 * @param page whose script asks, by the header {@code Origin}
 */
record RegularGet(EngineRoute route, String sid, String path, @Nullable String page) implements Regular {

    @Override
    public boolean comes(String query, Again again) {
        return asksFor(query, sid) && route.comesAgain(sid, page, again);
    }

    /** Whether that is a GET with that id as every client of the reference asks it, and nothing else. */
    static boolean asksFor(String query, String sid) {
        int found = 0;
        for (int start = 0; start < query.length(); ) {
            int next = query.indexOf('&', start);
            int end = next < 0 ? query.length() : next;
            if (is(query, start, end, "EIO=4")) {
                found |= 1;
            } else if (is(query, start, end, "transport=polling")) {
                found |= 2;
            } else if (query.startsWith("sid=", start)
                    && end - start - 4 == sid.length()
                    && query.startsWith(sid, start + 4)) {
                found |= 4;
            } else if (!query.startsWith("t=", start)) {
                return false;
            }
            start = end + 1;
        }
        return found == 7;
    }

    private static boolean is(String query, int start, int end, String pair) {
        return end - start == pair.length() && query.startsWith(pair, start);
    }
}
