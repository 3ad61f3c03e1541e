package dev.sluice.app;

import java.security.SecureRandom;
import java.util.Base64;

/** By which the listener knows the built-in client. Made anew with each process, and never leaves it. */
record ProbeSecret(String value) {
    private static final int BYTES = 32;

    static ProbeSecret random() {
        byte[] bits = new byte[BYTES];
        new SecureRandom().nextBytes(bits);
        return new ProbeSecret(Base64.getUrlEncoder().withoutPadding().encodeToString(bits));
    }

    @Override
    public String toString() {
        return "ProbeSecret";
    }
}
