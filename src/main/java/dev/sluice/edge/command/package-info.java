/**
 * The operators' URLs for commands and clusters. Imports {@code edge.http}, {@code delivery.command}, {@code fleet}.
 *
 * <p>Starting points: {@link dev.sluice.edge.command.CommandRoutes}, {@link dev.sluice.edge.command.CommandDocument}.
 */
@NullMarked
package dev.sluice.edge.command;

import org.jspecify.annotations.NullMarked;
