/**
 * Who is calling and what they may do. Imports {@code core} and Mutiny's {@code Uni}.
 *
 * <p>Starting points: {@link dev.sluice.identity.TokenBook} (from a secret to a {@link dev.sluice.identity.Token}),
 * {@link dev.sluice.identity.TokenStore} (the port to what survives).
 */
@NullMarked
package dev.sluice.identity;

import org.jspecify.annotations.NullMarked;
