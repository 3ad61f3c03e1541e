/**
 * The agents' JSON protocol over WebSocket, and the readers it shares with the agents' HTTP endpoints. Imports
 * {@code delivery}, {@code fleet}, {@code core}, Mutiny's {@code Uni} and Jackson's streaming and tree readers.
 *
 * <p>Starting points: {@link dev.sluice.protocol.agent.AgentConnection} (one agent's socket),
 * {@link dev.sluice.protocol.agent.AgentCodec} (bytes to frames), {@link dev.sluice.protocol.agent.AgentFrames} (and
 * back).
 */
@NullMarked
package dev.sluice.protocol.agent;

import org.jspecify.annotations.NullMarked;
