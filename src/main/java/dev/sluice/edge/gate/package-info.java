/**
 * The one gate: how a client is served, whether it may connect, how many are, and how well
 * polling goes. Imports {@code rollout}, {@code fleet},
 * {@code identity}, {@code delivery.session}, {@code core}.
 *
 * <p>Starting points: {@link dev.sluice.edge.gate.RolloutGate}, {@link dev.sluice.edge.gate.AgentApplicants},
 * {@link dev.sluice.edge.gate.AskedClients}.
 */
@NullMarked
package dev.sluice.edge.gate;

import org.jspecify.annotations.NullMarked;
