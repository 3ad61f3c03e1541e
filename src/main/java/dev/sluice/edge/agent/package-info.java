/**
 * The agents' URLs: their socket, and the HTTP endpoints they poll. Knits {@code protocol.agent} to
 * {@code transport.ws} and {@code transport.poll}.
 *
 * <p>Starting points: {@link dev.sluice.edge.agent.AgentSocketRoute}, {@link dev.sluice.edge.agent.AgentHttpRoutes},
 * {@link dev.sluice.edge.agent.MovableAgents} (how the drain meets those connected).
 */
@NullMarked
package dev.sluice.edge.agent;

import org.jspecify.annotations.NullMarked;
