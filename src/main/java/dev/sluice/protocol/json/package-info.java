/**
 * What the JSON protocols over one socket share: the frame's outer form, fields read with a clear complaint, signs of
 * life, and how much nonsense is borne. Imports {@code core} and Jackson's streaming and tree readers.
 *
 * <p>Starting points: {@link dev.sluice.protocol.json.JsonFrames} (values to bytes),
 * {@link dev.sluice.protocol.json.Fields} (fields to values), {@link dev.sluice.protocol.json.SocketLink}.
 */
@NullMarked
package dev.sluice.protocol.json;

import org.jspecify.annotations.NullMarked;
