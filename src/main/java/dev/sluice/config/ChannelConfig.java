package dev.sluice.config;

import io.quarkus.runtime.configuration.MemorySize;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;

/** Keys below {@code sluice.channels}. */
public interface ChannelConfig {
    History history();

    /** What becomes of too slow a subscriber. */
    Optional<Overflow> overflow();

    /** Who may subscribe; absent: by the channel's name. */
    Optional<Who> subscribe();

    /** Who may publish over a client's connection; absent: by the channel's name. */
    Optional<Who> publish();

    enum Overflow {
        CLOSE,
        DROP_OLDEST,
        CONFLATE
    }

    enum Who {
        ANYBODY,
        USERS,
        CLAIM,
        TOKENS
    }

    interface History {
        Optional<@Min(0) @Max(1_000_000) Integer> size();

        Optional<MemorySize> bytes();

        Optional<Duration> age();

        /** Whether it is kept in the database. */
        Optional<Boolean> durable();
    }
}
