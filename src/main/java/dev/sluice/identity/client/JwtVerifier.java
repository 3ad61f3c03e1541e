package dev.sluice.identity.client;

import dev.sluice.core.ChannelPattern;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Checks the JWTs of application users: signature, {@code exp}, {@code nbf}, and issuer and audience where configured.
 * Takes no algorithm that the key is not meant for, so that a public key is never used as a shared secret.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8725">RFC 8725</a>
 */
public final class JwtVerifier {
    private static final String CHANNELS = "channels";
    private static final int MAX_PATTERNS = 1_000;

    private final JwtKeys keys;
    private final Settings settings;
    private final InstantSource clock;

    /**
     * @param issuer what {@code iss} must be; null for anything
     * @param audience what {@code aud} must contain; null for anything
     */
    public record Settings(Duration clockSkew, @Nullable String issuer, @Nullable String audience) {}

    public JwtVerifier(JwtKeys keys, Settings settings, InstantSource clock) {
        this.keys = keys;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * @throws SluiceException {@code token-expired} where that is all that is wrong with it, else {@code unauthorized};
     *     neither tells more, since whoever asks may be guessing
     */
    public ClientIdentity verify(String jwt) {
        try {
            JwtClaims claims = builder().build().processToClaims(jwt);
            NumericDate expires = claims.getExpirationTime();
            Instant expiresAt = expires == null
                    ? null
                    : Instant.ofEpochMilli(expires.getValueInMillis()).plus(settings.clockSkew());
            return ClientIdentity.user(claims.getSubject(), patterns(claims), expiresAt);
        } catch (InvalidJwtException e) {
            throw new SluiceException(
                    e.hasErrorCode(ErrorCodes.EXPIRED) ? ProblemCode.TOKEN_EXPIRED : ProblemCode.UNAUTHORIZED);
        } catch (MalformedClaimException | SluiceException e) {
            throw new SluiceException(ProblemCode.UNAUTHORIZED);
        }
    }

    private JwtConsumerBuilder builder() {
        JwtConsumerBuilder builder = new JwtConsumerBuilder()
                .setVerificationKeyResolver(keys::resolve)
                .setJwsAlgorithmConstraints(new AlgorithmConstraints(ConstraintType.PERMIT, permitted()))
                .setRequireSubject()
                .setAllowedClockSkewInSeconds((int) settings.clockSkew().toSeconds())
                .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()))
                // Owners bring the secret they have; that a short one is weak is told at the start.
                .setRelaxVerificationKeyValidation();
        if (settings.issuer() != null) {
            builder.setExpectedIssuer(settings.issuer());
        }
        if (settings.audience() != null) {
            builder.setExpectedAudience(settings.audience());
        } else {
            builder.setSkipDefaultAudienceValidation();
        }
        return builder;
    }

    private String[] permitted() {
        Set<String> algorithms = keys.algorithms();
        return algorithms.toArray(String[]::new);
    }

    private static List<ChannelPattern> patterns(JwtClaims claims) throws MalformedClaimException {
        if (!claims.hasClaim(CHANNELS)) {
            return List.of();
        }
        List<String> patterns = claims.getStringListClaimValue(CHANNELS);
        return patterns.stream().limit(MAX_PATTERNS).map(ChannelPattern::new).collect(Collectors.toList());
    }

    /** Algorithms of a shared secret. */
    static final Set<String> SYMMETRIC = Set.of(
            AlgorithmIdentifiers.HMAC_SHA256, AlgorithmIdentifiers.HMAC_SHA384, AlgorithmIdentifiers.HMAC_SHA512);

    /** Algorithms of a published key. */
    static final Set<String> ASYMMETRIC = Set.of(
            AlgorithmIdentifiers.RSA_USING_SHA256,
            AlgorithmIdentifiers.RSA_USING_SHA384,
            AlgorithmIdentifiers.RSA_USING_SHA512,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA384,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA512,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
            AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384,
            AlgorithmIdentifiers.ECDSA_USING_P521_CURVE_AND_SHA512,
            AlgorithmIdentifiers.EDDSA);
}
