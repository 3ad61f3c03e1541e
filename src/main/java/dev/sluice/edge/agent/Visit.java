package dev.sluice.edge.agent;

import dev.sluice.edge.http.ClientOrigin;
import dev.sluice.identity.Token;
import org.jspecify.annotations.Nullable;

/**
 * What an upgrade said of the agent behind it.
 *
 * @param agentId the agent it was opened for, where the upgrade names it; a different one at register is an error
 * @param refusesPolling {@code fallback=none}
 */
record Visit(Token token, ClientOrigin origin, @Nullable String agentId, boolean refusesPolling) {}
