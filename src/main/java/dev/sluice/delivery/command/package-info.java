/**
 * Durable orders to one agent: accepted once, delivered until acknowledged, reported back. Imports
 * {@code delivery.session}, {@code core} and Mutiny's {@code Uni}.
 *
 * <p>Starting points: {@link dev.sluice.delivery.command.CommandQueue} (one cluster's open commands in memory),
 * {@link dev.sluice.delivery.command.CommandStore} (the port to what survives).
 */
@NullMarked
package dev.sluice.delivery.command;

import org.jspecify.annotations.NullMarked;
