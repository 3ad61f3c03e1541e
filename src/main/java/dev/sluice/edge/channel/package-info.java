/**
 * The applications' side of channels: publishing, and looking at channels, their history and who is there. Imports
 * {@code edge.http}, {@code delivery.channel}, {@code core}.
 *
 * <p>Starting points: {@link dev.sluice.edge.channel.EventRoutes}, {@link dev.sluice.edge.channel.ChannelRoutes}.
 */
@NullMarked
package dev.sluice.edge.channel;

import org.jspecify.annotations.NullMarked;
