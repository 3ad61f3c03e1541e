package dev.sluice.delivery.channel;

import dev.sluice.core.Payload;
import dev.sluice.core.TransportKind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody present in a channel.
 *
 * @param clientId one member however many sessions it has
 * @param info JSON that it wants others to see; null for none
 * @param transport what it is attached over, or was last; of several sessions the one that came last
 * @param since when its first session came
 */
public record Member(String clientId, @Nullable Payload info, @Nullable TransportKind transport, Instant since) {
    private static final int OVERHEAD = 64;

    int bytes() {
        return clientId.length() + (info == null ? 0 : info.size()) + OVERHEAD;
    }
}
