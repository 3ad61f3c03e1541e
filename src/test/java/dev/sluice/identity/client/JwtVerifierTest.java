package dev.sluice.identity.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ChannelPattern;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;

class JwtVerifierTest {
    private static final byte[] SECRET = "short".getBytes(StandardCharsets.UTF_8);
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final JwtVerifier.Settings LOOSE = new JwtVerifier.Settings(Duration.ofSeconds(30), null, null);

    private final JwtVerifier verifier = verifier(JwtKeys.secret(SECRET), LOOSE);

    private static JwtVerifier verifier(JwtKeys keys, JwtVerifier.Settings settings) {
        return new JwtVerifier(keys, settings, InstantSource.fixed(NOW));
    }

    @Test
    void aUserIsWhoTheSubjectSays() throws JoseException {
        JwtClaims claims = claims(60);
        claims.setStringListClaim("channels", List.of("private-team-*"));

        ClientIdentity anna = verifier.verify(signed(claims, new HmacKey(SECRET), "HS256"));

        assertThat(anna.subject()).isEqualTo("anna");
        assertThat(anna.channels()).containsExactly(new ChannelPattern("private-team-*"));
        assertThat(anna.expiresAt()).isEqualTo(NOW.plusSeconds(60 + 30));
    }

    @Test
    void clocksMayDifferABit() throws JoseException {
        assertThat(verifier.verify(signed(claims(-20), new HmacKey(SECRET), "HS256"))
                        .subject())
                .isEqualTo("anna");
        refused(verifier, signed(claims(-40), new HmacKey(SECRET), "HS256"), ProblemCode.TOKEN_EXPIRED);
    }

    @Test
    void refusesWhatTheSecretDidNotSign() throws JoseException {
        byte[] other = "other".getBytes(StandardCharsets.UTF_8);
        refused(verifier, signed(claims(60), new HmacKey(other), "HS256"), ProblemCode.UNAUTHORIZED);
        // An old token of somebody else is not told apart from one that never was any good.
        refused(verifier, signed(claims(-4000), new HmacKey(other), "HS256"), ProblemCode.UNAUTHORIZED);
        refused(verifier, "a.b.c", ProblemCode.UNAUTHORIZED);
        refused(verifier, unsigned(), ProblemCode.UNAUTHORIZED);
    }

    @Test
    void refusesAUserWithoutAName() throws JoseException {
        JwtClaims claims = claims(60);
        claims.unsetClaim("sub");

        refused(verifier, signed(claims, new HmacKey(SECRET), "HS256"), ProblemCode.UNAUTHORIZED);
    }

    @Test
    void issuerAndAudienceCountWhereConfigured() throws JoseException {
        JwtVerifier strict =
                verifier(JwtKeys.secret(SECRET), new JwtVerifier.Settings(Duration.ZERO, "https://id", "sluice"));
        JwtClaims claims = claims(60);
        refused(strict, signed(claims, new HmacKey(SECRET), "HS256"), ProblemCode.UNAUTHORIZED);

        claims.setIssuer("https://id");
        claims.setAudience("sluice", "other");
        assertThat(strict.verify(signed(claims, new HmacKey(SECRET), "HS256")).subject())
                .isEqualTo("anna");
    }

    @Test
    void publishedKeysRotate() throws JoseException {
        RsaJsonWebKey first = key("one");
        RsaJsonWebKey second = key("two");
        PublishedKeys keys = JwtKeys.published();
        JwtVerifier published = verifier(keys, LOOSE);
        assertThat(keys.takeMissed()).isTrue();

        keys.accept(new JsonWebKeySet(first).toJson());
        String rotated = signed(claims(60), second.getPrivateKey(), "RS256", "two");
        assertThat(published
                        .verify(signed(claims(60), first.getPrivateKey(), "RS256", "one"))
                        .subject())
                .isEqualTo("anna");
        refused(published, rotated, ProblemCode.UNAUTHORIZED);
        assertThat(keys.takeMissed()).isTrue();

        keys.accept(new JsonWebKeySet(second).toJson(OutputControlLevel.PUBLIC_ONLY));
        assertThat(published.verify(rotated).subject()).isEqualTo("anna");
        assertThatThrownBy(() -> keys.accept("{\"keys\":[]}")).isInstanceOf(IllegalArgumentException.class);
        assertThat(published.verify(rotated).subject()).isEqualTo("anna");
    }

    @Test
    void aPublishedKeyIsNoSharedSecret() throws JoseException {
        RsaJsonWebKey key = key("one");
        PublishedKeys keys = JwtKeys.published();
        keys.accept(new JsonWebKeySet(key).toJson());
        String forged = signed(claims(60), new HmacKey(key.getPublicKey().getEncoded()), "HS256", "one");

        refused(verifier(keys, LOOSE), forged, ProblemCode.UNAUTHORIZED);
    }

    private static RsaJsonWebKey key(String id) throws JoseException {
        RsaJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
        key.setKeyId(id);
        return key;
    }

    private static JwtClaims claims(long expiresIn) {
        JwtClaims claims = new JwtClaims();
        claims.setSubject("anna");
        claims.setExpirationTime(
                NumericDate.fromSeconds(NOW.plusSeconds(expiresIn).getEpochSecond()));
        return claims;
    }

    private static String signed(JwtClaims claims, Key key, String algorithm) throws JoseException {
        return signed(claims, key, algorithm, null);
    }

    private static String signed(JwtClaims claims, Key key, String algorithm, String keyId) throws JoseException {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setPayload(claims.toJson());
        jws.setKey(key);
        jws.setAlgorithmHeaderValue(algorithm);
        if (keyId != null) {
            jws.setKeyIdHeaderValue(keyId);
        }
        jws.setDoKeyValidation(false);
        return jws.getCompactSerialization();
    }

    private static String unsigned() {
        Base64.Encoder url = Base64.getUrlEncoder().withoutPadding();
        String header = url.encodeToString(
                ("{\"alg\":\"" + AlgorithmIdentifiers.NONE + "\"}").getBytes(StandardCharsets.UTF_8));
        return header + "." + url.encodeToString("{\"sub\":\"anna\"}".getBytes(StandardCharsets.UTF_8)) + ".";
    }

    private static void refused(JwtVerifier verifier, String jwt, ProblemCode code) {
        assertThatThrownBy(() -> verifier.verify(jwt))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
