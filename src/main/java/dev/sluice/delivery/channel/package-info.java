/**
 * Channels: what is published once reaches every subscriber, in order, and a bounded history lets those who were away
 * catch up. Imports {@code delivery.session}, {@code delivery.mailbox}, {@code core} and Mutiny's {@code Uni}.
 *
 * <p>Starting points: {@link dev.sluice.delivery.channel.Broker} (append and fan-out; {@code MemoryBroker} is the one of
 * a single node), {@link dev.sluice.delivery.channel.ChannelSessions} and
 * {@link dev.sluice.delivery.channel.ChannelSession} (what protocols serve), {@code CatchUp} (how a session goes on from
 * histories), {@link dev.sluice.delivery.channel.SessionCursor} (what a client keeps of where it is).
 */
@NullMarked
package dev.sluice.delivery.channel;

import org.jspecify.annotations.NullMarked;
