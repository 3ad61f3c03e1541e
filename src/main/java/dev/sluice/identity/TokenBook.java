package dev.sluice.identity;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that may be used, in memory: from a secret to its token without asking the database, so that agents keep
 * authenticating while it is away. Secrets are held as SHA-256 only.
 *
 * <p>Any thread. Writes go to the {@link TokenStore} first and fail as it fails; memory follows.
 */
public final class TokenBook {
    private static final String FIXED =
            "This token comes from the environment (SLUICE_ADMIN_TOKEN, SLUICE_AGENT_TOKEN):"
                    + " it ends when that is changed and the gateway restarted.";

    private final TokenStore store;
    private final InstantSource clock;
    private final SecretSource secrets;

    private final Map<String, Entry> bySecretHash = new ConcurrentHashMap<>();
    private final Set<UUID> revoked = ConcurrentHashMap.newKeySet();
    private final List<Consumer<UUID>> listeners = new CopyOnWriteArrayList<>();

    public TokenBook(TokenStore store, InstantSource clock, SecretSource secrets) {
        this.store = store;
        this.clock = clock;
        this.secrets = secrets;
    }

    /** A new token and, this once, its secret. */
    public record Issued(Token token, String secret) {
        /** Without the secret: records end up in logs. */
        @Override
        public String toString() {
            return "Issued[" + token + "]";
        }
    }

    /** @param fixed from the environment: not in the store, and not to be revoked */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a record
    private record Entry(Token token, byte[] hash, boolean fixed) {}

    /** Fills the memory from the store. Call before the first {@link #authenticate}; may be called again. */
    public Uni<Void> load() {
        return store.loadUsable(clock.instant())
                .invoke(all -> all.forEach(stored -> keep(stored.token(), stored.secretHash(), false)))
                .replaceWithVoid();
    }

    /** Adds a token from the environment. It is never stored, and lasts as long as this process. */
    public void addFixed(Token token, String secret) {
        keep(token, hashOf(secret), true);
    }

    /**
     * The token of that secret, or null: unknown, revoked or expired. Costs one hash; looking that up tells an attacker
     * nothing, since nobody can choose what a secret hashes to, and the comparison itself takes the same time always.
     */
    public @Nullable Token authenticate(String secret) {
        byte[] hash = sha256(secret);
        Entry entry = bySecretHash.get(HexFormat.of().formatHex(hash));
        if (entry == null || !MessageDigest.isEqual(entry.hash, hash)) {
            return null;
        }
        return entry.token.usableAt(clock.instant()) ? entry.token : null;
    }

    /**
     * Issues a token. It is durable, and can be used, when the item comes; the secret is never seen again.
     *
     * @throws SluiceException (as failure) {@code invalid-field}, {@code missing-field}, {@code store-unavailable}
     */
    public Uni<Issued> create(
            TokenKind kind,
            String name,
            @Nullable Integer workspaceId,
            @Nullable UUID clusterId,
            Set<String> scopes,
            @Nullable Instant expiresAt) {
        return Uni.createFrom()
                .deferred(() -> create(new NewToken(kind, name, workspaceId, clusterId, scopes, expiresAt)));
    }

    /** The same from a request that was checked when it was made. */
    public Uni<Issued> create(NewToken request) {
        return Uni.createFrom().deferred(() -> {
            Instant now = clock.instant();
            Instant expiresAt = request.expiresAt();
            if (expiresAt != null && !expiresAt.isAfter(now)) {
                return Uni.createFrom().failure(SluiceException.invalid("expires_at", "a time in the future"));
            }
            Token token = new Token(
                    UUID.randomUUID(),
                    request.kind(),
                    request.name(),
                    request.workspaceId(),
                    request.clusterId(),
                    request.scopes(),
                    now,
                    expiresAt,
                    null);
            String secret = secrets.next(request.kind());
            String hash = hashOf(secret);
            return store.insert(new StoredToken(token, hash))
                    .invoke(() -> keep(token, hash, false))
                    .replaceWith(new Issued(token, secret));
        });
    }

    /**
     * Revokes a token for good and tells the listeners, who close its connections. The item is false where there is none
     * with that id or it was revoked before.
     *
     * @throws SluiceException (as failure) {@code token-fixed} where it comes from the environment: the next start would
     *     bring it back, so a revocation would be no more than a promise
     */
    public Uni<Boolean> revoke(UUID id) {
        return Uni.createFrom().deferred(() -> {
            if (fixed(id)) {
                return Uni.createFrom().failure(new SluiceException(ProblemCode.TOKEN_FIXED, FIXED));
            }
            return store.revoke(id, clock.instant()).invoke(done -> {
                if (forget(id) || done) {
                    revoked.add(id);
                    tell(id);
                }
            });
        });
    }

    /** Tells of every token that can no longer be used: revoked, or found expired by the sweep. Must not block. */
    public void onRevoked(Consumer<UUID> listener) {
        listeners.add(listener);
    }

    /** All tokens, revoked ones included, newest first; those from the environment are not among them. */
    public Uni<List<Token>> list(int limit, int offset) {
        return store.list(limit, offset);
    }

    /** Every token that may be used now, those from the environment included. */
    public List<Token> usable() {
        Instant now = clock.instant();
        return bySecretHash.values().stream()
                .map(Entry::token)
                .filter(token -> token.usableAt(now))
                .toList();
    }

    /**
     * Forgets what has expired, tells the listeners and answers which: connections that were opened in time must end
     * too. Each token is reported once.
     */
    public List<Token> sweepExpired(Instant now) {
        List<Token> expired = new ArrayList<>();
        bySecretHash.values().removeIf(entry -> {
            boolean gone = !entry.token.usableAt(now);
            if (gone) {
                expired.add(entry.token);
            }
            return gone;
        });
        expired.forEach(token -> tell(token.id()));
        return expired;
    }

    /** A load that was under way while a token was revoked must not bring it back. */
    private void keep(Token token, String hash, boolean fixed) {
        bySecretHash.compute(
                hash, (key, known) -> known != null && known.fixed ? known : new Entry(token, bytes(hash), fixed));
        if (revoked.contains(token.id())) {
            forget(token.id());
        }
    }

    private boolean forget(UUID id) {
        return bySecretHash.values().removeIf(entry -> entry.token.id().equals(id));
    }

    private boolean fixed(UUID id) {
        return bySecretHash.values().stream()
                .anyMatch(entry -> entry.fixed && entry.token.id().equals(id));
    }

    private void tell(UUID id) {
        listeners.forEach(listener -> listener.accept(id));
    }

    /** The form a secret is stored in: SHA-256, 64 characters of lower-case hex. */
    static String hashOf(String secret) {
        return HexFormat.of().formatHex(sha256(secret));
    }

    private static byte[] bytes(String hash) {
        return HexFormat.of().parseHex(hash);
    }

    private static byte[] sha256(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
