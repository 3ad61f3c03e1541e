/**
 * What the application behind the gateway hears of clients: that they come and go, and what they say. Imports
 * {@code delivery.session}, {@code core} and Mutiny's {@code Uni}.
 *
 * <p>Starting points: {@link dev.sluice.delivery.upstream.ClientMessages},
 * {@link dev.sluice.delivery.upstream.ClientEvents}.
 */
@NullMarked
package dev.sluice.delivery.upstream;

import org.jspecify.annotations.NullMarked;
