package dev.sluice.edge.agent;

import dev.sluice.edge.http.RateLimits;
import dev.sluice.protocol.agent.Registered;
import io.github.bucket4j.Bucket;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a socket may send: from its agent's budget, which its polls spend from as well. Before it says who it is, a
 * fixed allowance of its own, so that many agents behind one address do not starve each other.
 */
final class MessageBudget implements BooleanSupplier {
    private static final int BEFORE_REGISTER = 100;

    private final RateLimits rates;
    private final AgentSocket socket;
    private int allowance = BEFORE_REGISTER;
    private @Nullable Bucket ofAgent;

    MessageBudget(RateLimits rates, AgentSocket socket) {
        this.rates = rates;
        this.socket = socket;
    }

    @Override
    public boolean getAsBoolean() {
        if (ofAgent == null) {
            Registered who = socket.connection().registered();
            if (who == null) {
                return --allowance >= 0;
            }
            ofAgent = rates.clientBudget(who.presence().clusterId().toString());
        }
        return ofAgent.tryConsume(1);
    }
}
