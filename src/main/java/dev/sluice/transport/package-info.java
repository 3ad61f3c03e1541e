/**
 * Pipes that know no protocol. Each room imports {@code delivery.session}, {@code core} and Vert.x.
 *
 * <p>Starting points: {@link dev.sluice.transport.ws.WebSocketTransport}, {@link dev.sluice.transport.poll.PollTransport}.
 */
@NullMarked
package dev.sluice.transport;

import org.jspecify.annotations.NullMarked;
