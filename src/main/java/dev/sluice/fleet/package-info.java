/**
 * The clusters and agents that are known: registered once, seen often. Imports {@code core} and Mutiny's {@code Uni}.
 *
 * <p>Starting points: {@link dev.sluice.fleet.Fleet} (what this node knows of each cluster),
 * {@link dev.sluice.fleet.ClusterStore} (the port to what survives).
 */
@NullMarked
package dev.sluice.fleet;

import org.jspecify.annotations.NullMarked;
