package dev.sluice.identity;

import java.security.SecureRandom;
import java.util.Base64;

/** Where secrets come from; a fake in tests. */
@FunctionalInterface
public interface SecretSource {

    /** A secret that nobody can guess, for a token of that kind. Printable ASCII without spaces. */
    String next(TokenKind kind);

    /** {@code slc_agent_…} and 43 characters of base64url: 256 random bits behind a prefix that secret scanners find. */
    static SecretSource random() {
        SecureRandom random = new SecureRandom();
        return kind -> {
            byte[] bits = new byte[32];
            random.nextBytes(bits);
            return "slc_%s_%s"
                    .formatted(
                            kind.wire(), Base64.getUrlEncoder().withoutPadding().encodeToString(bits));
        };
    }
}
