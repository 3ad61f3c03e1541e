package dev.sluice.identity.client;

import java.time.Instant;

/**
 * What a resume token says: which session, and whose it is.
 *
 * @param sessionId the session's secret name
 * @param clientKey what the rollout decides this client on
 * @param owner {@link ClientIdentity#owner()} of the client it was given to
 * @param identity the user it was given to, as far as a signature may vouch for it; anonymous for holders of tokens,
 *     which may be revoked
 * @param ticket given before the session was there: it may begin one
 */
public record ResumeClaim(
        String sessionId, String clientKey, String owner, ClientIdentity identity, boolean ticket, Instant issuedAt) {}
