/**
 * The session: a logical client that outlives its connections, and the ports through which transports and protocols
 * serve it. Imports {@code delivery.mailbox}, {@code core} and Mutiny's {@code Uni}.
 *
 * <p>Starting points: {@link dev.sluice.delivery.session.Session}, {@link dev.sluice.delivery.session.Transport},
 * {@link dev.sluice.delivery.session.Gate}.
 */
@NullMarked
package dev.sluice.delivery.session;

import org.jspecify.annotations.NullMarked;
