package dev.sluice.identity;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Where tokens survive. Fails with {@code store-unavailable} when the database cannot be reached; may answer on any
 * thread.
 */
public interface TokenStore {

    /** Every token that is neither revoked nor expired, for the memory that authentication works from. */
    Uni<List<StoredToken>> loadUsable(Instant now);

    /** Keeps a new token. Durable when the item comes. */
    Uni<Void> insert(StoredToken token);

    /** Marks a token revoked. The item is false where there is none with that id, or it was revoked before. */
    Uni<Boolean> revoke(UUID id, Instant at);

    /** All tokens, revoked ones included, newest first. */
    Uni<List<Token>> list(int limit, int offset);
}
