/**
 * One HTTP request as a pipe: parked, then answered exactly once. Imports {@code delivery.session} and {@code core}.
 *
 * <p>Starting points: {@link dev.sluice.transport.poll.PollTransport}, {@link dev.sluice.transport.poll.PollExchange}.
 */
@NullMarked
package dev.sluice.transport.poll;

import org.jspecify.annotations.NullMarked;
