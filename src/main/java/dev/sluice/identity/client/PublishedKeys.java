package dev.sluice.identity.client;

import java.security.Key;
import java.util.List;
import java.util.Set;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.VerificationJwkSelector;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;

/**
 * A key set as it was last published. Whoever fetches it hands it in; until then, and where no key fits, JWTs are
 * refused. A key that is not known is noted, so that rotated keys are fetched soon and not only with the next round.
 */
public final class PublishedKeys implements JwtKeys {
    private volatile List<JsonWebKey> keys = List.of();
    private volatile boolean missed = true;

    /**
     * Replaces the set.
     *
     * @throws IllegalArgumentException where it is no key set, or holds no key; the last good one stays
     */
    public void accept(String json) {
        try {
            List<JsonWebKey> fresh = new JsonWebKeySet(json)
                    .getJsonWebKeys().stream().filter(JwtKeys::signs).toList();
            if (fresh.isEmpty()) {
                throw new IllegalArgumentException("the key set holds no key for signatures");
            }
            keys = fresh;
            missed = false;
        } catch (JoseException e) {
            throw new IllegalArgumentException("not a key set", e);
        }
    }

    /** Whether a JWT came whose key is not here, since the last time somebody asked. */
    public boolean takeMissed() {
        boolean was = missed;
        missed = false;
        return was;
    }

    @Override
    public Set<String> algorithms() {
        return JwtVerifier.ASYMMETRIC;
    }

    @Override
    public Key resolve(JsonWebSignature jws, List<JsonWebStructure> nested) throws UnresolvableKeyException {
        try {
            JsonWebKey found = new VerificationJwkSelector().select(jws, keys);
            if (found != null) {
                return found.getKey();
            }
        } catch (JoseException e) {
            throw new UnresolvableKeyException("no key fits", e);
        }
        missed = true;
        throw new UnresolvableKeyException("no key fits");
    }
}
