package dev.sluice.identity.client;

import dev.sluice.core.ChannelPattern;
import dev.sluice.identity.Token;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who an application's client is: a user by JWT, the holder of a token, or nobody in particular.
 *
 * @param subject the JWT's {@code sub}; null without a JWT
 * @param token null without a token
 * @param channels what the JWT's {@code channels} claim opens beyond what every user may
 * @param expiresAt when the credential ends and with it the connection; null for never
 */
public record ClientIdentity(
        @Nullable String subject, @Nullable Token token, List<ChannelPattern> channels, @Nullable Instant expiresAt) {

    /** What the owner of a user's sessions begins with; the subject follows. */
    public static final String USER = "sub:";

    public static final ClientIdentity ANONYMOUS = new ClientIdentity(null, null, List.of(), null);

    public ClientIdentity {
        channels = List.copyOf(channels);
    }

    public static ClientIdentity user(String subject, List<ChannelPattern> channels, @Nullable Instant expiresAt) {
        return new ClientIdentity(subject, null, channels, expiresAt);
    }

    public static ClientIdentity holder(Token token) {
        return new ClientIdentity(null, token, List.of(), token.expiresAt());
    }

    public boolean anonymous() {
        return subject == null && token == null;
    }

    /**
     * Whom a session belongs to: only a client with the same owner may take it up again. All anonymous clients are one
     * owner, and what tells them apart is the secret of the session itself.
     */
    public String owner() {
        if (subject != null) {
            return USER + subject;
        }
        return token != null ? "token:" + token.id() : "anonymous";
    }

    public boolean usableAt(Instant now) {
        return expiresAt == null || now.isBefore(expiresAt);
    }
}
