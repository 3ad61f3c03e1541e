package dev.sluice.fleet;

/**
 * What an agent declared it can do, in {@code register.features}. Everything defaults to false: agents in the field
 * declare nothing.
 *
 * @param supportsSwitch understands the {@code switch} frame
 * @param supportsPolling can be served by polling when WebSocket is taken away
 * @param refusesPolling said {@code supports_polling=false} in so many words, or connected with {@code fallback=none}
 */
public record AgentFeatures(boolean supportsSwitch, boolean supportsPolling, boolean refusesPolling) {
    public static final AgentFeatures NONE = new AgentFeatures(false, false, false);
}
