package dev.sluice.delivery.channel;

import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.session.SessionState;
import org.jspecify.annotations.Nullable;

/**
 * One session as operators see it. Show a hash of the id, never the id.
 *
 * @param transport null while it is detached
 * @param unsentFrames what it was not handed yet
 * @param sentFrames what it was handed and did not acknowledge
 * @param lagMillis how long the oldest unsent frame has waited; 0 where none does
 * @param ageMillis since it was opened
 * @param catchingUp whether it is filled from histories at present
 * @param overflow the policy that the last overflow fell under, or that its channels have; empty without channels
 */
public record SessionView(
        SessionId id,
        Client client,
        SessionState.Kind state,
        @Nullable TransportKind transport,
        int unsentFrames,
        long unsentBytes,
        int sentFrames,
        long sentBytes,
        long lagMillis,
        long ageMillis,
        int subscriptions,
        boolean catchingUp,
        String overflow) {}
