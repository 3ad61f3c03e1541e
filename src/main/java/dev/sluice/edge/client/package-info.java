/**
 * The URLs of native clients: their sockets, their sessions over long poll and event stream, and where they ask how to
 * connect. Knits {@code protocol.sluice} to {@code transport.ws}, {@code transport.poll} and {@code transport.sse}.
 *
 * <p>Starting points: {@link dev.sluice.edge.client.NativeSocketRoute}, {@link dev.sluice.edge.client.SessionRoutes},
 * {@link dev.sluice.edge.client.ConnectRoute}; {@link dev.sluice.edge.client.Arrivals} (whose session a request is
 * about), {@link dev.sluice.edge.client.NativeConnections} (who is connected), {@link
 * dev.sluice.edge.client.KnownClients} (who is told its mode with whatever it is refused).
 */
@NullMarked
package dev.sluice.edge.client;

import org.jspecify.annotations.NullMarked;
