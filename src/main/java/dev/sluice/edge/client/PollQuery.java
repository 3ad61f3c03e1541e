package dev.sluice.edge.client;

import dev.sluice.edge.http.Call;
import org.jspecify.annotations.Nullable;

/**
 * What a poll asks for.
 *
 * @param seconds how long it is parked while there is nothing; 0 for not at all, at most {@link
 *     SessionPoll#LONGEST_WAIT_SECONDS}
 * @param limit most frames in the answer, from 1 to {@value #MAX_LIMIT}
 * @param after what the client has; null where it says nothing of that
 */
record PollQuery(int seconds, int limit, @Nullable String after) {
    private static final int MAX_LIMIT = 1_000;
    private static final int USUAL_LIMIT = 100;

    private static final int MOST_DIGITS = 6;

    PollQuery {
        seconds = Math.min(seconds, SessionPoll.LONGEST_WAIT_SECONDS);
        limit = Math.min(Math.max(limit, 1), MAX_LIMIT);
    }

    /** @throws dev.sluice.core.SluiceException {@code invalid-field} naming the one that is wrong */
    static PollQuery of(Call call) {
        return new PollQuery(
                call.queryAtMost("wait", 0, SessionPoll.LONGEST_WAIT_SECONDS),
                call.queryAtMost("limit", USUAL_LIMIT, MAX_LIMIT),
                call.query("after"));
    }

    /**
     * Reads a query that says nothing else, and nothing in an unusual way, without taking it apart into a map. Null for
     * any other.
     */
    static @Nullable PollQuery of(String query) {
        int wait = -1;
        int limit = -1;
        String after = null;
        for (int start = 0; start < query.length(); ) {
            int next = query.indexOf('&', start);
            int end = next < 0 ? query.length() : next;
            if (after == null && query.startsWith("after=", start)) {
                after = plain(query, start + 6, end);
                if (after == null) {
                    return null;
                }
            } else if (wait < 0 && query.startsWith("wait=", start)) {
                wait = number(query, start + 5, end);
                if (wait < 0) {
                    return null;
                }
            } else if (limit < 0 && query.startsWith("limit=", start)) {
                limit = number(query, start + 6, end);
                if (limit < 0) {
                    return null;
                }
            } else {
                return null;
            }
            start = end + 1;
        }
        return new PollQuery(Math.max(wait, 0), limit < 0 ? USUAL_LIMIT : limit, after);
    }

    private static @Nullable String plain(String query, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = query.charAt(i);
            if (c == '%' || c == '+' || c == ';') {
                return null;
            }
        }
        return from == to ? null : query.substring(from, to);
    }

    /** Less than 0 where it is none. */
    private static int number(String query, int from, int to) {
        int number = from == to || to - from > MOST_DIGITS ? -1 : 0;
        for (int i = from; i < to && number >= 0; i++) {
            char digit = query.charAt(i);
            number = digit < '0' || digit > '9' ? -1 : number * 10 + digit - '0';
        }
        return number;
    }
}
