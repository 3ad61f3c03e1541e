/**
 * Channels: what is published once reaches every subscriber, in order, and a bounded history lets those who were away
 * catch up. Imports {@code delivery.session}, {@code delivery.mailbox}, {@code core} and Mutiny's {@code Uni}.
 *
 * <p>Starting points: {@link dev.sluice.delivery.channel.Broker} (append and fan-out),
 * {@link dev.sluice.delivery.channel.Publication} (an event, shared by all who get it).
 */
@NullMarked
package dev.sluice.delivery.channel;

import org.jspecify.annotations.NullMarked;
