/**
 * Requests that are the one before over again, on the same connection: a way past the HTTP codec and the router for them. Imports {@code
 * edge.http}, {@code core}, Netty and Vert.x.
 *
 * <p>Starting points: {@link dev.sluice.edge.shortcut.Shortcut} (the way), {@link dev.sluice.edge.shortcut.Regular} (who
 * may take it).
 */
@NullMarked
package dev.sluice.edge.shortcut;

import org.jspecify.annotations.NullMarked;
