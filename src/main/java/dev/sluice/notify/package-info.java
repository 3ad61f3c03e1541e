/**
 * Tells people's systems what the rollout does: a changed verdict, a moved ceiling. Imports {@code rollout},
 * {@code webhook}, {@code core}, Jackson's tree and the CloudEvents SDK.
 *
 * <p>Starting points: {@link dev.sluice.notify.RolloutNotifier}.
 */
@NullMarked
package dev.sluice.notify;

import org.jspecify.annotations.NullMarked;
