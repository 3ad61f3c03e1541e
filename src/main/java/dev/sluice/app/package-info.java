/**
 * Wiring, start order and the way down. May import every room; no room imports it.
 *
 * <p>Starting points: {@link dev.sluice.app.Main} (before Quarkus), {@link dev.sluice.app.Startup} (in which order
 * things begin), {@link dev.sluice.app.Shutdown} (and end).
 */
@NullMarked
package dev.sluice.app;

import org.jspecify.annotations.NullMarked;
