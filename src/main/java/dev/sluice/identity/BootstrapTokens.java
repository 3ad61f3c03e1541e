package dev.sluice.identity;

import io.smallrye.mutiny.Uni;
import java.time.InstantSource;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The first two tokens, without which nobody could ask for more: from the environment; or well-known ones for
 * developing; or, in production, generated once and shown once.
 */
public final class BootstrapTokens {
    public static final String ADMIN_NAME = "bootstrap-admin";
    public static final String AGENT_NAME = "bootstrap-agent";
    public static final String DEV_ADMIN_SECRET = "dev-admin-token";
    public static final String DEV_AGENT_SECRET = "dev-agent-token";

    /** The ids of tokens from the environment: the same on every node and after every restart. */
    public static final UUID FIXED_ADMIN_ID = new UUID(0, 1);

    public static final UUID FIXED_AGENT_ID = new UUID(0, 2);

    private final TokenBook book;
    private final InstantSource clock;
    private final Consumer<String> console;
    private final Consumer<String> warnings;

    /**
     * @param console where a generated secret is shown: the console itself, never a log that is shipped elsewhere
     * @param warnings the log
     */
    public BootstrapTokens(TokenBook book, InstantSource clock, Consumer<String> console, Consumer<String> warnings) {
        this.book = book;
        this.clock = clock;
        this.console = console;
        this.warnings = warnings;
    }

    /** Who may be offered well-known secrets. */
    public enum Stage {
        DEVELOPMENT,
        PRODUCTION
    }

    /**
     * Sees to it that an admin and an agent can authenticate. Call after {@link TokenBook#load}.
     *
     * @param adminSecret {@code SLUICE_ADMIN_TOKEN}, null or blank where unset
     * @param agentSecret {@code SLUICE_AGENT_TOKEN}, null or blank where unset
     * @throws IllegalArgumentException (as failure) where both are the same: one secret cannot be two tokens
     */
    public Uni<Void> ensure(@Nullable String adminSecret, @Nullable String agentSecret, Stage stage) {
        return Uni.createFrom().deferred(() -> {
            if (adminSecret != null && set(adminSecret) && adminSecret.equals(agentSecret)) {
                throw new IllegalArgumentException("SLUICE_ADMIN_TOKEN and SLUICE_AGENT_TOKEN must differ");
            }
            return ensure(ADMIN, adminSecret, stage).chain(() -> ensure(AGENT, agentSecret, stage));
        });
    }

    private record Kind(TokenKind kind, String name, UUID fixedId, String variable, String devSecret) {
        @Nullable
        Integer workspace() {
            return kind == TokenKind.ADMIN ? null : NewToken.DEFAULT_WORKSPACE;
        }
    }

    private static final Kind ADMIN =
            new Kind(TokenKind.ADMIN, ADMIN_NAME, FIXED_ADMIN_ID, "SLUICE_ADMIN_TOKEN", DEV_ADMIN_SECRET);
    private static final Kind AGENT =
            new Kind(TokenKind.AGENT, AGENT_NAME, FIXED_AGENT_ID, "SLUICE_AGENT_TOKEN", DEV_AGENT_SECRET);

    private Uni<Void> ensure(Kind kind, @Nullable String secret, Stage stage) {
        if (secret != null && set(secret)) {
            fix(kind, secret);
            return Uni.createFrom().voidItem();
        }
        return switch (stage) {
            case DEVELOPMENT -> {
                fix(kind, kind.devSecret);
                warnings.accept("%s is not set: anybody may use %s".formatted(kind.variable, kind.devSecret));
                yield Uni.createFrom().voidItem();
            }
            case PRODUCTION -> generateOnce(kind);
        };
    }

    private void fix(Kind kind, String secret) {
        book.addFixed(
                new Token(
                        kind.fixedId,
                        kind.kind,
                        kind.name,
                        kind.workspace(),
                        null,
                        Set.of(),
                        clock.instant(),
                        null,
                        null),
                secret);
    }

    private Uni<Void> generateOnce(Kind kind) {
        boolean there = book.usable().stream()
                .anyMatch(token -> token.kind() == kind.kind && token.name().equals(kind.name));
        if (there) {
            return Uni.createFrom().voidItem();
        }
        return book.create(kind.kind, kind.name, kind.workspace(), null, Set.of(), null)
                .invoke(issued -> console.accept("%s token, shown this once (set %s to choose your own): %s"
                        .formatted(kind.name, kind.variable, issued.secret())))
                .replaceWithVoid();
    }

    private static boolean set(@Nullable String secret) {
        return secret != null && !secret.isBlank();
    }
}
