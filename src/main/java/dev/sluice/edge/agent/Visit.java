package dev.sluice.edge.agent;

import dev.sluice.identity.Token;
import org.jspecify.annotations.Nullable;

/**
 * What an upgrade said of the agent behind it.
 *
 * @param baseUrl {@code http(s)://host[:port]} under which it found us
 * @param agentId the agent it was opened for, where the upgrade names it; a different one at register is an error
 * @param refusesPolling {@code fallback=none}
 */
record Visit(Token token, String baseUrl, @Nullable String agentId, boolean refusesPolling) {}
