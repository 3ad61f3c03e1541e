/**
 * The gateway's own protocol ({@code native} in URLs, labels and documents; here it has the gateway's name, since that
 * word is Java's). JSON frames, the same over WebSocket, long poll and event stream. Imports {@code delivery},
 * {@code protocol.json}, {@code core}, Mutiny's {@code Uni} and Jackson's tree reader.
 *
 * <p>Starting points: {@link dev.sluice.protocol.sluice.SluiceProtocol} (frames to calls),
 * {@link dev.sluice.protocol.sluice.SluiceFrames} (messages to frames),
 * {@link dev.sluice.protocol.sluice.SluiceConnection} (one WebSocket).
 */
@NullMarked
package dev.sluice.protocol.sluice;

import org.jspecify.annotations.NullMarked;
