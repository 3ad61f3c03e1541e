package dev.sluice.protocol.agent;

import dev.sluice.fleet.Presence;

/** An agent that is registered and may be served over WebSocket. */
public record Registered(Presence presence, String instanceId, String tunnelUrl) {}
