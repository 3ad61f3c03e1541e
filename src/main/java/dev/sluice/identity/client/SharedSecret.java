package dev.sluice.identity.client;

import java.security.Key;
import java.util.List;
import java.util.Set;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.HmacKey;

/** One secret that the application and the gateway share. */
final class SharedSecret implements JwtKeys {
    private final Key key;

    SharedSecret(byte[] secret) {
        this.key = new HmacKey(secret);
    }

    @Override
    public Set<String> algorithms() {
        return JwtVerifier.SYMMETRIC;
    }

    @Override
    public Key resolve(JsonWebSignature jws, List<JsonWebStructure> nested) {
        return key;
    }
}
