package dev.sluice.edge.socketio;

import java.security.SecureRandom;
import java.util.Base64;

/** Unguessable names, safe in a URL. Any thread. */
final class RandomIds {
    private static final SecureRandom RANDOM = new SecureRandom();
    /** 120 bits, 20 characters: as long as the reference's. */
    private static final int ID_BYTES = 15;

    private static final int SECRET_BYTES = 24;

    private RandomIds() {}

    /** Of a connection or a socket. */
    static String id() {
        return of(ID_BYTES);
    }

    /** By which a client comes back to its session. */
    static String secret() {
        return of(SECRET_BYTES);
    }

    private static String of(int bytes) {
        byte[] bits = new byte[bytes];
        RANDOM.nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }
}
