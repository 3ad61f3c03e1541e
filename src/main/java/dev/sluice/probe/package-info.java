/**
 * The built-in client: publishes and receives over each transport, through the public listener, and says how it went.
 * Imports {@code core}, {@code delivery.channel} (to publish), {@code rollout.guard} (whose port it fills) and Vert.x.
 *
 * <p>Starting points: {@link dev.sluice.probe.LoopbackProbe}, {@link dev.sluice.probe.Trip}.
 */
@NullMarked
package dev.sluice.probe;

import org.jspecify.annotations.NullMarked;
