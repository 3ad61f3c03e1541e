/**
 * The ordered outbound buffer of one session: what is unsent, what is sent and not acknowledged, and the floor below
 * which nothing is held any more. Imports {@code core} only.
 *
 * <p>Starting points: {@link dev.sluice.delivery.mailbox.Mailbox} (what a session drains),
 * {@link dev.sluice.delivery.mailbox.MemoryMailbox} (the two zones).
 */
@NullMarked
package dev.sluice.delivery.mailbox;

import org.jspecify.annotations.NullMarked;
