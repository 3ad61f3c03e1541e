package dev.sluice.identity.client;

import java.security.Key;
import java.util.List;
import java.util.Set;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.lang.UnresolvableKeyException;

/** The keys that users' JWTs are checked with. Any thread; never fetches anything while it is asked. */
public interface JwtKeys {

    /** The algorithms these keys are meant for. */
    Set<String> algorithms();

    /** @throws UnresolvableKeyException where no key fits */
    Key resolve(JsonWebSignature jws, List<JsonWebStructure> nested) throws UnresolvableKeyException;

    /** A shared secret. */
    static JwtKeys secret(byte[] secret) {
        return new SharedSecret(secret);
    }

    /** A published set that is fetched from time to time. */
    static PublishedKeys published() {
        return new PublishedKeys();
    }

    /** Whether a key set names keys for signatures at all. */
    static boolean signs(JsonWebKey key) {
        return key.getUse() == null || "sig".equals(key.getUse());
    }
}
