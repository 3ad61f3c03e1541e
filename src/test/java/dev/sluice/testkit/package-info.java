/**
 * Clients for tests that talk to a gateway over the wire: {@link dev.sluice.testkit.Api} for HTTP,
 * {@link dev.sluice.testkit.AgentSocketClient} for the agents' WebSocket, {@link dev.sluice.testkit.TestAgent} for one
 * agent over both. They know nothing of the gateway's classes, so they also serve against one in another process;
 * only {@link dev.sluice.testkit.Gateway} reaches into the one under test, to issue tokens and turn the rollout.
 */
@NullMarked
package dev.sluice.testkit;

import org.jspecify.annotations.NullMarked;
