package dev.sluice.delivery.session;

import dev.sluice.core.TransportKind;
import org.jspecify.annotations.Nullable;

/**
 * What a client says that it saw.
 *
 * @param millis how long it took; null where it did not say
 */
public record ClientReport(Kind kind, TransportKind transport, @Nullable Long millis) {

    public enum Kind {
        CONNECT_OK,
        CONNECT_FAILED,
        FALLBACK,
        LATENCY
    }
}
