/**
 * Wiring and the order of starting and stopping. May import every room.
 *
 * <p>Starting points: {@link dev.sluice.app.Main} (what happens before Quarkus), {@link dev.sluice.app.DatabaseAddress}
 * (which database it is).
 */
@NullMarked
package dev.sluice.app;

import org.jspecify.annotations.NullMarked;
