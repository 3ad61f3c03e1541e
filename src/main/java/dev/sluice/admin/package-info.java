/**
 * The operators' URLs: tokens, and the rollout with its flags, overrides and history. Imports {@code edge.http},
 * {@code edge.gate}, {@code rollout}, {@code fleet}, {@code identity}, {@code delivery.session}, {@code core}, Mutiny's
 * {@code Uni} and Jackson's tree.
 *
 * <p>Starting points: {@link dev.sluice.admin.TokenRoutes}, {@link dev.sluice.admin.RolloutRoutes},
 * {@link dev.sluice.admin.RolloutDocument}.
 */
@NullMarked
package dev.sluice.admin;

import org.jspecify.annotations.NullMarked;
