package dev.sluice.delivery.session;

import dev.sluice.core.Mode;
import dev.sluice.core.ProblemCode;
import io.smallrye.mutiny.Uni;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one gate of the house. A protocol asks it when a client's identity is complete (upgrade, {@code register},
 * Engine.IO handshake); tokens, limits and the rollout answer in one place.
 */
public interface Gate {

    /** Asks for a WebSocket. Never fails: a refusal is an answer. Any thread. */
    Uni<Admission> admit(Applicant applicant);

    /**
     * Who asks.
     *
     * @param clientKey what the decision is made on
     * @param tokenId null without a token
     * @param labels what overrides may select by
     * @param canPoll whether the client is known to be able to live on polling; one that is not keeps its WebSocket
     * @param tunnel whether private traffic depends on this connection
     */
    record Applicant(
            String clientKey, @Nullable String tokenId, Map<String, String> labels, boolean canPoll, boolean tunnel) {}

    /**
     * The answer.
     *
     * @param mode how the client is to be served
     * @param reason the decision's reason, as clients see it
     * @param refusal why there is no WebSocket; null where it is admitted
     */
    record Admission(Mode mode, String reason, @Nullable ProblemCode refusal) {
        public boolean admitted() {
            return refusal == null;
        }
    }
}
