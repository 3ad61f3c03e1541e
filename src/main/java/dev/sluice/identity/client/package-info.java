/**
 * The clients of applications: users by JWT, holders of tokens, and nobody in particular, and which channels are open to
 * them. Imports {@code identity}, {@code core}, jose4j.
 *
 * <p>Starting points: {@link dev.sluice.identity.client.Clients}, {@link dev.sluice.identity.client.ChannelAccess}.
 */
@NullMarked
package dev.sluice.identity.client;

import org.jspecify.annotations.NullMarked;
