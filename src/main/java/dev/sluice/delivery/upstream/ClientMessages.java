package dev.sluice.delivery.upstream;

import dev.sluice.core.Payload;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;

/** Where messages of clients go that are not about channels. Any thread; answers on any. */
public interface ClientMessages {

    /** No application is configured. */
    ClientMessages NONE = message -> Uni.createFrom().failure(new SluiceException(ProblemCode.NO_UPSTREAM));

    /**
     * Hands the message over. The item is what the application acknowledges it with, JSON; null for nothing. Fails with
     * the problem that the client is told, {@code no-upstream} where nobody listens.
     */
    Uni<@Nullable Payload> send(ClientMessage message);
}
