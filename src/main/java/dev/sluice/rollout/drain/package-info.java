/**
 * Who must move when the rollout changes or the node goes down, in which order, how fast, and how far it has got; and
 * how many of those who belong on WebSocket are on it. Imports {@code core}, {@code rollout.decision} and Mutiny's
 * {@code Uni}.
 *
 * <p>Starting points: {@link dev.sluice.rollout.drain.Movable} and {@link dev.sluice.rollout.drain.Movables} (the ports
 * that every protocol fills for its connections), {@link dev.sluice.rollout.drain.Drain} (tells them, paced),
 * {@link dev.sluice.rollout.drain.Following} (counts them).
 */
@NullMarked
package dev.sluice.rollout.drain;

import org.jspecify.annotations.NullMarked;
