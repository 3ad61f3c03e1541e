/**
 * What clients say to the application behind the gateway, whichever protocol they say it in. Imports
 * {@code delivery.session}, {@code core} and Mutiny's {@code Uni}.
 *
 * <p>Starting points: {@link dev.sluice.delivery.upstream.ClientMessages}.
 */
@NullMarked
package dev.sluice.delivery.upstream;

import org.jspecify.annotations.NullMarked;
