/**
 * The front door on one port: URLs knit protocols and transports to the engine, behind one check of tokens, limits and
 * rollout. The only room that may see protocols and transports together.
 *
 * <p>Starting points: {@link dev.sluice.edge.http.Endpoint}, {@link dev.sluice.edge.agent.AgentSocketRoute},
 * {@link dev.sluice.edge.agent.AgentHttpRoutes}.
 */
@NullMarked
package dev.sluice.edge;

import org.jspecify.annotations.NullMarked;
