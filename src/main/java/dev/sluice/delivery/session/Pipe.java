package dev.sluice.delivery.session;

/**
 * A transport together with the wire form it carries: what attaches to a session.
 *
 * @param maxFrames most frames in one batch
 * @param maxBytes a batch is closed once it holds that many
 * @param onFenced run once, on the home context, when a newer attachment took the session over: the connection is told
 *     why and ends, or lives on for what else it carries
 */
public record Pipe(Transport transport, Encoder encoder, int maxFrames, int maxBytes, Runnable onFenced) {}
