/**
 * Names, values and errors that every room speaks. Imports the JDK and JSpecify, nothing else.
 *
 * <p>Starting points: {@link dev.sluice.core.ProblemCode} (every error there is), {@link dev.sluice.core.Disconnect}
 * (every reason to end a connection), {@link dev.sluice.core.Payload} (bytes on the wire).
 */
@NullMarked
package dev.sluice.core;

import org.jspecify.annotations.NullMarked;
