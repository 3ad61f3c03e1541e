package dev.sluice.delivery.upstream;

import dev.sluice.core.Payload;
import dev.sluice.delivery.session.SessionId;
import io.smallrye.mutiny.Uni;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Comings and goings of clients, for the application behind the gateway. Any thread; answers on any. */
public interface ClientEvents {

    /** No application is configured: everybody may come, and nobody hears of it. */
    ClientEvents NONE = new ClientEvents() {
        @Override
        public Uni<Void> connecting(Caller caller) {
            return Uni.createFrom().voidItem();
        }

        @Override
        public void disconnected(Caller caller, String reason) {
            // Nobody to tell.
        }
    };

    /**
     * A session is about to begin; it must not be welcomed before this answers. Answers within the upstream's timeout.
     * Fails with {@code upstream-refused}, or with {@code upstream-timeout} or {@code upstream-unavailable} where the
     * configuration says that nobody is let in unasked.
     */
    Uni<Void> connecting(Caller caller);

    /**
     * A session that was let in is over: told once, and kept until the application has heard of it.
     *
     * @param reason a short fixed word
     */
    void disconnected(Caller caller, String reason);

    /**
     * Who comes or goes, or says something.
     *
     * @param clientId the client's name, as others see it
     * @param subject the user, null without one
     * @param protocol a short fixed word
     * @param transport what it came over, a short fixed word
     * @param more what the protocol says beside that: JSON by name
     */
    record Caller(
            SessionId session,
            String clientId,
            @Nullable String subject,
            String protocol,
            String transport,
            Map<String, Payload> more) {

        /** A caller of a protocol that says nothing more. */
        public Caller(SessionId session, String clientId, @Nullable String subject, String protocol, String transport) {
            this(session, clientId, subject, protocol, transport, Map.of());
        }
    }
}
