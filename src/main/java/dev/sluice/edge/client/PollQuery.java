package dev.sluice.edge.client;

import org.jspecify.annotations.Nullable;

/**
 * What a poll asks for, read from a query that says nothing else and nothing in an unusual way: without taking it apart
 * into a map.
 */
record PollQuery(int seconds, int limit, @Nullable String after) {
    static final int MAX_LIMIT = 1_000;
    static final int USUAL_LIMIT = 100;

    private static final int MOST_DIGITS = 6;

    /** Null where it has to be read the usual way. */
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
        return new PollQuery(
                Math.min(Math.max(wait, 0), SessionPoll.LONGEST_WAIT_SECONDS),
                limit < 0 ? USUAL_LIMIT : Math.min(Math.max(limit, 1), MAX_LIMIT),
                after);
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
