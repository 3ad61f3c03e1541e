package dev.sluice.store;

import dev.sluice.core.SluiceException;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny.SessionFactory;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * How every statement runs: in one transaction, in a context of its own, bounded in time. Callable from any thread, an
 * event loop in the middle of a WebSocket message included; the item comes on an event loop, a timeout on another
 * thread.
 *
 * <p>Fails with {@code store-unavailable} where the database cannot be reached or does not answer within
 * {@value #SECONDS} s; the transaction may then still commit. A deadlock or lost race is tried again.
 */
@ApplicationScoped
public class Transactions {
    private static final int SECONDS = 5;
    private static final int RETRIES = 3;

    private final Vertx vertx;
    private final SessionFactory sessions;
    private final StoreHealth health;

    Transactions(Vertx vertx, SessionFactory sessions, StoreHealth health) {
        this.vertx = vertx;
        this.sessions = sessions;
        this.health = health;
    }

    /** Runs the work and commits when its item comes, rolls back when it fails. The session must not outlive it. */
    public <T> Uni<T> run(Function<StatelessSession, Uni<T>> work) {
        return Uni.createFrom()
                .<T>emitter(emitter -> begin(work, emitter))
                .onFailure(Failures::lostRace)
                .retry()
                .atMost(RETRIES)
                .ifNoItem()
                .after(Duration.ofSeconds(SECONDS))
                .failWith(() -> new TimeoutException("no answer within %d s".formatted(SECONDS)))
                .onFailure()
                .transform(this::note)
                .onItem()
                .invoke(health::up);
    }

    /** Asks the database for a sign of life, so that {@link StoreHealth} knows without traffic. */
    public Uni<Void> ping() {
        return run(session ->
                        session.createNativeQuery("select 1", Integer.class).getSingleResult())
                .replaceWithVoid();
    }

    /**
     * Hibernate keeps its session in the context's locals, so two transactions must never share a context: each gets a
     * new one. From the root, since a copy of a copy would carry a stranger's locals along (GHSA-9623-mj7j-p9v4).
     */
    private <T> void begin(Function<StatelessSession, Uni<T>> work, UniEmitter<? super T> emitter) {
        Context root = VertxContext.getRootContext(vertx.getOrCreateContext());
        Context fresh = VertxContext.createNewDuplicatedContext(root);
        VertxContextSafetyToggle.setContextSafe(fresh, true);
        fresh.runOnContext(
                go -> sessions.withStatelessTransaction(work).subscribe().with(emitter::complete, emitter::fail));
    }

    private Throwable note(Throwable failure) {
        Throwable translated = Failures.translate(failure);
        if (Failures.unavailable(failure)) {
            health.down(failure);
        } else if (translated instanceof SluiceException) {
            health.up();
        }
        return translated;
    }
}
