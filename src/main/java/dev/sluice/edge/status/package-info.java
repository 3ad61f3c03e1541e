/**
 * What status pages and pipelines call: how pipelines are, how a Socket.IO client may connect, how the gateway is.
 *
 * <p>Starting points: {@link dev.sluice.edge.status.PipelineRoutes}, {@link dev.sluice.edge.status.StatusRoutes}.
 */
@NullMarked
package dev.sluice.edge.status;

import org.jspecify.annotations.NullMarked;
