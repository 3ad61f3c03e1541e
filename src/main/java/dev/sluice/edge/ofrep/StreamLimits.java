package dev.sluice.edge.ofrep;

import java.time.Duration;

/**
 * What bounds the streams of changes.
 *
 * @param maxStreams open at once on this node
 * @param perAddress open at once from one address; {@link Integer#MAX_VALUE} for no limit
 * @param spread each stream hears of a change at a random moment within it, so that not everybody asks at once
 * @param heartbeat between two comments, which keep proxies from closing a quiet stream
 */
public record StreamLimits(int maxStreams, int perAddress, Duration spread, Duration heartbeat) {}
