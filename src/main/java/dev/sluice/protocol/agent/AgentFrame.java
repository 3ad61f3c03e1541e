package dev.sluice.protocol.agent;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One message of an agent.
 *
 * @param requestId what the answer has to repeat; null where the agent named none
 * @param payload an object; empty where the agent sent none, or where nothing in it is of interest (heartbeats)
 */
record AgentFrame(String type, @Nullable String requestId, JsonNode payload) {}
