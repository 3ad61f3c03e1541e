/**
 * What status pages and pipelines call: how pipelines are, how a Socket.IO client may connect, how the gateway is.
 * Imports {@code status}, {@code edge.http}, {@code edge.gate}, {@code edge.client} (whom the rollout decides on),
 * {@code identity}, {@code protocol} (names and fields), {@code core}.
 *
 * <p>Starting points: {@link dev.sluice.edge.status.PipelineRoutes}, {@link dev.sluice.edge.status.StatusRoutes},
 * {@link dev.sluice.edge.status.Pulse} (whether something answers, in time).
 */
@NullMarked
package dev.sluice.edge.status;

import org.jspecify.annotations.NullMarked;
