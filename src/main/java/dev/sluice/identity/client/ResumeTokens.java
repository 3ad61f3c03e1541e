package dev.sluice.identity.client;

import dev.sluice.core.ChannelPattern;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import java.time.Instant;
import java.util.List;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * Gives out resume tokens and reads them back: signed, so that a client can carry what the gateway then does not have
 * to remember, and bound to the client it was given to. Any thread.
 */
public final class ResumeTokens {
    /** Of HS256: as long as the hash. */
    public static final int KEY_BYTES = 32;

    /** Far beyond every token that was given out: longer ones are not even looked at. */
    private static final int LONGEST = 16 * 1024;

    private static final String KEY = "key";
    private static final String SHARED = "shared";
    private static final String CLIENT = "client_id";
    private static final String OWNER = "own";
    private static final String CHANNELS = "channels";
    private static final String UNTIL = "until";
    private static final String TICKET = "ticket";

    private volatile @Nullable HmacKey key;

    /** Sets the key. Before the first token, and with the same key after a restart, or none is good any more. */
    public void use(byte[] secret) {
        key = new HmacKey(secret);
    }

    public String issue(ResumeClaim claim) {
        JwtClaims claims = new JwtClaims();
        claims.setJwtId(claim.sessionId());
        claims.setStringClaim(KEY, claim.clientKey());
        claims.setStringClaim(OWNER, claim.owner());
        if (claim.shared()) {
            claims.setClaim(SHARED, true);
        }
        if (claim.clientId() != null) {
            claims.setStringClaim(CLIENT, claim.clientId());
        }
        claims.setIssuedAt(NumericDate.fromMilliseconds(claim.issuedAt().toEpochMilli()));
        ClientIdentity user = claim.identity();
        if (user.subject() != null) {
            claims.setSubject(user.subject());
            claims.setStringListClaim(
                    CHANNELS,
                    user.channels().stream().map(ChannelPattern::value).toList());
            if (user.expiresAt() != null) {
                claims.setClaim(UNTIL, user.expiresAt().toEpochMilli());
            }
        }
        if (claim.ticket()) {
            claims.setClaim(TICKET, true);
        }
        return sign(claims);
    }

    private String sign(JwtClaims claims) {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        signature.setKey(required());
        signature.setPayload(claims.toJson());
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e); // every JDK has this algorithm
        }
    }

    private HmacKey required() {
        HmacKey present = key;
        if (present == null) {
            throw new IllegalStateException("no key was set");
        }
        return present;
    }

    /** @throws SluiceException {@code forbidden} for what this gateway never gave out */
    public ResumeClaim read(String token) {
        if (token.length() > LONGEST) {
            throw forged();
        }
        try {
            return claimOf(new JwtConsumerBuilder()
                    .setVerificationKey(required())
                    .setJwsAlgorithmConstraints(
                            new AlgorithmConstraints(ConstraintType.PERMIT, AlgorithmIdentifiers.HMAC_SHA256))
                    .setRequireJwtId()
                    .setSkipDefaultAudienceValidation()
                    .build()
                    .processToClaims(token));
        } catch (InvalidJwtException | MalformedClaimException e) {
            throw forged();
        }
    }

    private static SluiceException forged() {
        return new SluiceException(ProblemCode.FORBIDDEN, "This resume token is not valid.");
    }

    private static ResumeClaim claimOf(JwtClaims claims) throws MalformedClaimException {
        return new ResumeClaim(
                claims.getJwtId(),
                claims.getStringClaimValue(KEY),
                claims.hasClaim(SHARED),
                claims.getStringClaimValue(CLIENT),
                claims.getStringClaimValue(OWNER),
                identityOf(claims),
                claims.hasClaim(TICKET),
                Instant.ofEpochMilli(claims.getIssuedAt().getValueInMillis()));
    }

    private static ClientIdentity identityOf(JwtClaims claims) throws MalformedClaimException {
        String subject = claims.getSubject();
        if (subject == null) {
            return ClientIdentity.ANONYMOUS;
        }
        Long until = claims.getClaimValue(UNTIL, Long.class);
        List<ChannelPattern> channels = claims.getStringListClaimValue(CHANNELS).stream()
                .map(ChannelPattern::new)
                .toList();
        return ClientIdentity.user(subject, channels, until == null ? null : Instant.ofEpochMilli(until));
    }

    /** Whether a text may be one at all, and not a session's id. */
    public static boolean looksLikeOne(String text) {
        return text.indexOf('.') >= 0;
    }
}
