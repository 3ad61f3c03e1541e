package dev.sluice.identity.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a resume token says: which session, and whose it is.
 *
 * @param sessionId the session's secret name
 * @param clientKey what the rollout decides this client on
 * @param shared whether that is an address, which others may have as well
 * @param clientId the name it goes by; null for none
 * @param owner {@link ClientIdentity#owner()} of the client it was given to
 * @param identity the user it was given to, as far as a signature may vouch for it; anonymous for holders of tokens,
 *     which may be revoked
 * @param ticket given before the session was there: it may begin one
 */
public record ResumeClaim(
        String sessionId,
        String clientKey,
        boolean shared,
        @Nullable String clientId,
        String owner,
        ClientIdentity identity,
        boolean ticket,
        Instant issuedAt) {}
