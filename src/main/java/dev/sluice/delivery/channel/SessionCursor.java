package dev.sluice.delivery.channel;

import dev.sluice.core.SluiceException;
import dev.sluice.delivery.mailbox.Outbound;

/**
 * What a client keeps of where it is: {@code <session epoch>.<seq>.<volatile mark>.<durable mark>}, and while one
 * channel catches up {@code .<subscription>.<offset>} for that one alone. Opaque to clients; numbers to the base 36.
 *
 * @param epoch the session's life; the part before {@code ~} is the session's for good, the rest this node's
 * @param seq the mailbox position up to which the client has everything
 * @param mark how far it has got over all of its channels
 * @param subscription the one that {@code mark} does not hold for; {@link #NONE} where there is none
 * @param offset how far the client has got in that one
 */
public record SessionCursor(String epoch, long seq, Watermark mark, int subscription, long offset) {
    /** No channel is an exception. */
    public static final int NONE = -1;

    private static final int BASE = 36;
    /** Longer than any that was ever given out; what is longer is not looked at. */
    private static final int LONGEST = 160;

    private static final int FEWEST_NUMBERS = 3;
    private static final int MOST_NUMBERS = 5;

    /** The cursor of a client that has that message and everything before it. Any thread. */
    public static SessionCursor of(String epoch, Outbound outbound) {
        if (outbound.message() instanceof Publication publication) {
            return new SessionCursor(epoch, outbound.position(), publication.mark(), NONE, 0);
        }
        Placed placed = (Placed) outbound.message();
        return new SessionCursor(epoch, outbound.position(), placed.mark(), placed.subscription(), placed.offset());
    }

    /** @throws SluiceException {@code invalid-field} naming {@code after} where this was never a cursor */
    public static SessionCursor parse(String text) {
        return parse("after", text);
    }

    /** @throws SluiceException {@code invalid-field} naming that field where this was never a cursor */
    public static SessionCursor parse(String field, String text) {
        return parse(field, text, "");
    }

    /**
     * The same for those who read one for every poll.
     *
     * @param expected the epoch that it will have nearly always, which is not copied then
     */
    public static SessionCursor parse(String field, String text, String expected) {
        int at = text.length() > LONGEST ? -1 : text.indexOf('.');
        if (at <= 0) {
            throw invalid(field);
        }
        String epoch = at == expected.length() && text.startsWith(expected) ? expected : text.substring(0, at);
        long[] numbers = new long[MOST_NUMBERS];
        int count = 0;
        while (at < text.length()) {
            int end = text.indexOf('.', at + 1);
            int next = end < 0 ? text.length() : end;
            if (count == MOST_NUMBERS) {
                throw invalid(field);
            }
            numbers[count++] = number(field, text, at + 1, next);
            at = next;
        }
        boolean exception = count == MOST_NUMBERS;
        if (count != FEWEST_NUMBERS && !exception || numbers[3] > Integer.MAX_VALUE) {
            throw invalid(field);
        }
        Watermark mark = new Watermark(numbers[1], numbers[2]);
        return new SessionCursor(epoch, numbers[0], mark, exception ? (int) numbers[3] : NONE, numbers[4]);
    }

    private static long number(String field, String text, int from, int to) {
        try {
            if (from < to && Character.isLetterOrDigit(text.charAt(from))) {
                return Long.parseLong(text, from, to, BASE);
            }
        } catch (NumberFormatException e) {
            throw invalid(field);
        }
        throw invalid(field);
    }

    private static SluiceException invalid(String field) {
        return SluiceException.invalid(field, "a cursor that was given out here");
    }

    /** The length of {@link #text}. */
    public int length() {
        int length =
                epoch.length() + 3 + digits(seq) + digits(mark.volatilePosition()) + digits(mark.durablePosition());
        return subscription == NONE ? length : length + 2 + digits(subscription) + digits(offset);
    }

    private static int digits(long number) {
        int digits = 1;
        for (long left = number / BASE; left > 0; left /= BASE) {
            digits++;
        }
        return digits;
    }

    /**
     * Puts {@link #text} there, in ASCII, for those who make one for every delivery.
     *
     * @return where it ends
     */
    public int put(byte[] into, int at) {
        int next = at;
        for (int i = 0; i < epoch.length(); i++) {
            into[next++] = (byte) epoch.charAt(i);
        }
        next = put(into, next, seq);
        next = put(into, next, mark.volatilePosition());
        next = put(into, next, mark.durablePosition());
        if (subscription != NONE) {
            next = put(into, next, subscription);
            next = put(into, next, offset);
        }
        return next;
    }

    private static int put(byte[] into, int at, long number) {
        into[at] = '.';
        int end = at + 1 + digits(number);
        long left = number;
        for (int i = end - 1; i > at; i--) {
            into[i] = (byte) Character.forDigit((int) (left % BASE), BASE);
            left /= BASE;
        }
        return end;
    }

    /** As clients see it. */
    public String text() {
        StringBuilder text = new StringBuilder(epoch.length() + 32)
                .append(epoch)
                .append('.')
                .append(Long.toString(seq, BASE))
                .append('.')
                .append(Long.toString(mark.volatilePosition(), BASE))
                .append('.')
                .append(Long.toString(mark.durablePosition(), BASE));
        if (subscription != NONE) {
            text.append('.').append(Integer.toString(subscription, BASE));
            text.append('.').append(Long.toString(offset, BASE));
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return text();
    }
}
