/**
 * Wire languages: bytes to calls and back. The rooms are strangers to each other and to {@code transport}.
 *
 * <p>Starting points: {@link dev.sluice.protocol.agent.AgentConnection}.
 */
@NullMarked
package dev.sluice.protocol;

import org.jspecify.annotations.NullMarked;
