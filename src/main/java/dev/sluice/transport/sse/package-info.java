/**
 * An event stream ({@code text/event-stream}) as a pipe. Imports {@code delivery.session}, {@code core}, Vert.x.
 *
 * <p>Starting points: {@link dev.sluice.transport.sse.SseTransport}, {@link dev.sluice.transport.sse.SseEvents}.
 */
@NullMarked
package dev.sluice.transport.sse;

import org.jspecify.annotations.NullMarked;
