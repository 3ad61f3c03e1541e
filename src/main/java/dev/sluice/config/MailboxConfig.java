package dev.sluice.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;

/** Keys below {@code sluice.mailbox}. */
public interface MailboxConfig {
    /** Bytes in one zone. */
    @WithDefault("1M")
    MemorySize maxBytes();

    /** Frames in one zone. */
    @WithDefault("1000")
    @Min(1)
    @Max(1_000_000)
    int maxFrames();

    /** How long an attached transport may refuse what is due. */
    @WithDefault("30s")
    Duration maxAge();

    /** Bytes held on the whole node for clients that have not acknowledged them; absent: 25 % of the heap. */
    Optional<MemorySize> totalBytes();
}
