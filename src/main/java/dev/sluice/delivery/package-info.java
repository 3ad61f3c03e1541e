/**
 * From "someone said something" to "this client has it, in order, once acknowledged": the engine that every protocol
 * and transport stands on. Below it only {@code core}; its rooms import the JDK, {@code core} and Mutiny's {@code Uni}.
 *
 * <p>Starting points: {@link dev.sluice.delivery.session.Session}, {@link dev.sluice.delivery.mailbox.Mailbox},
 * {@link dev.sluice.delivery.command.CommandQueue}.
 */
@NullMarked
package dev.sluice.delivery;

import org.jspecify.annotations.NullMarked;
