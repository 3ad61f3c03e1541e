/**
 * The application behind the gateway: asked who may come and what it says to a message, told of everything else by a
 * durable outbox. Imports {@code delivery.upstream}, {@code delivery.channel}, {@code webhook}, {@code core}, Vert.x and
 * the CloudEvents SDK.
 *
 * <p>Starting points: {@link dev.sluice.upstream.Upstream}, {@link dev.sluice.upstream.Outbox}.
 */
@NullMarked
package dev.sluice.upstream;

import org.jspecify.annotations.NullMarked;
