package dev.sluice.bench;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * What arrived at all subscribers: each event once and in order at each of them, or it is counted as wrong; and how long
 * it took from its publication. On the load's one event loop.
 */
final class Deliveries {
    /** Numbers are as long as this one, so that all events of one size are equally long. */
    static final long FIRST = 1_000_000_001L;

    /** What is added to a time, for the same reason. */
    private static final long TIME_BASE = 1_000_000_000_000_000L;

    private static final byte[] DATA = "\"data\":{\"n\":".getBytes(StandardCharsets.US_ASCII);
    private static final int NUMBER_DIGITS = 10;
    private static final int TIME_DIGITS = 16;
    /** Between the number and the time: {@code ,"at":}. */
    private static final int TIME_NAME = 6;

    private static final int MICROS_PER_BUCKET = 20;
    private static final int BUCKETS = 500_000;
    private static final long BEGAN = System.nanoTime();

    private final long[] next;
    private final int[] latency = new int[BUCKETS];
    private long measured;
    private long received;
    private long bytes;
    private long wrong;

    Deliveries(int subscribers) {
        next = new long[subscribers];
        java.util.Arrays.fill(next, FIRST);
    }

    /** An event's {@code data}, that many bytes long, stamped with the time. */
    static String data(long number, int size) {
        long at = TIME_BASE + (System.nanoTime() - BEGAN) / 1_000;
        String head = "{\"n\":%d,\"at\":%d,\"pad\":\"".formatted(number, at);
        return head + "x".repeat(size - head.length() - 2) + "\"}";
    }

    /** Takes in all events in these bytes; returns how many there were. */
    int arrived(int subscriber, Buffer text) {
        int events = 0;
        int at = find(text, 0);
        while (at >= 0) {
            long number = digits(text, at, NUMBER_DIGITS);
            long sent = digits(text, at + NUMBER_DIGITS + TIME_NAME, TIME_DIGITS) - TIME_BASE;
            if (number != next[subscriber]++) {
                wrong++;
            }
            long micros = (System.nanoTime() - BEGAN) / 1_000 - sent;
            latency[(int) Math.min(BUCKETS - 1, micros / MICROS_PER_BUCKET)]++;
            measured++;
            events++;
            at = find(text, at + NUMBER_DIGITS + TIME_NAME + TIME_DIGITS);
        }
        received += events;
        bytes += text.length();
        return events;
    }

    private static int find(Buffer text, int from) {
        int last = text.length() - DATA.length - NUMBER_DIGITS - TIME_NAME - TIME_DIGITS;
        for (int i = from; i <= last; i++) {
            if (text.getByte(i) == '"' && text.getByte(i + 1) == 'd' && isData(text, i)) {
                return i + DATA.length;
            }
        }
        return -1;
    }

    private static boolean isData(Buffer text, int at) {
        for (int i = 0; i < DATA.length; i++) {
            if (text.getByte(at + i) != DATA[i]) {
                return false;
            }
        }
        return true;
    }

    private static long digits(Buffer text, int from, int count) {
        long number = 0;
        for (int i = from; i < from + count; i++) {
            number = number * 10 + text.getByte(i) - '0';
        }
        return number;
    }

    /** Forgets the latencies so far. */
    void measureAfresh() {
        java.util.Arrays.fill(latency, 0);
        measured = 0;
    }

    double latencyMillis(double share) {
        long left = (long) Math.ceil(measured * share);
        int bucket = 0;
        for (left -= latency[0]; left > 0 && bucket < BUCKETS - 1; ) {
            left -= latency[++bucket];
        }
        return (bucket + 0.5) * MICROS_PER_BUCKET / 1_000;
    }

    long received() {
        return received;
    }

    long bytes() {
        return bytes;
    }

    /** Events that came twice, not in order, or before one that is missing. */
    long wrong() {
        return wrong;
    }

    /** Subscribers that do not have everything up to there. */
    long incomplete(long lastPublished) {
        return java.util.Arrays.stream(next).filter(each -> each != lastPublished + 1).count();
    }
}
