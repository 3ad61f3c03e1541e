package dev.sluice.config;

import java.time.OffsetDateTime;
import java.util.Optional;

/** Keys below {@code sluice.legacy}. */
public interface LegacyConfig {
    /** When the HTTP agent endpoints became deprecated; absent: they are not. */
    Optional<OffsetDateTime> deprecatedAt();

    /** When they end; absent with {@code deprecated-at} set: 30 days later. */
    Optional<OffsetDateTime> sunsetAt();

    /** Where agents' owners read how to move; absent: the guide that this gateway serves itself. */
    Optional<String> guideUrl();
}
