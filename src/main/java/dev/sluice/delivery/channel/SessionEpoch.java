package dev.sluice.delivery.channel;

import dev.sluice.delivery.session.SessionId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The first part of a session's cursors: {@code <session>~<life>}. The session's part outlives the node; the other is
 * drawn anew each time the session is made, since mailbox positions begin anew with it.
 */
final class SessionEpoch {
    private static final char BETWEEN = '~';

    private SessionEpoch() {}

    static String of(String lasting, String life) {
        return lasting + BETWEEN + life;
    }

    static String lasting(String epoch) {
        int end = epoch.indexOf(BETWEEN);
        return end < 0 ? epoch : epoch.substring(0, end);
    }

    static boolean sameSession(String one, String other) {
        return one.equals(other) || lasting(one).equals(lasting(other));
    }

    /** What a session is stored under: whoever reads the store learns no id. */
    static String key(SessionId id) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(id.value().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
