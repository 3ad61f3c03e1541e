package dev.sluice.fleet;

/** The identity an agent brings: {@code agent_id} within its workspace. */
public record AgentKey(int workspaceId, String agentId) {}
