/**
 * Pipelines: what they last said of themselves, kept and fanned out. Imports {@code delivery.channel}, {@code core},
 * Jackson and Mutiny's {@code Uni}.
 *
 * <p>Starting points: {@link dev.sluice.status.Pipelines}, {@link dev.sluice.status.Pipeline}, port
 * {@link dev.sluice.status.PipelineStore}.
 */
@NullMarked
package dev.sluice.status;

import org.jspecify.annotations.NullMarked;
