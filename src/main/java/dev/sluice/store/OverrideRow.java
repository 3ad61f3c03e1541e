package dev.sluice.store;

import dev.sluice.core.Mode;
import dev.sluice.rollout.decision.ClientOverride;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "rollout_override")
class OverrideRow {
    @Id
    @Column(columnDefinition = "text")
    String selector;

    @Column(columnDefinition = "text")
    String mode;

    @Column(columnDefinition = "text")
    @Nullable
    String reason;

    @Column(columnDefinition = "text")
    String who;

    Instant at;

    ClientOverride toOverride() {
        return new ClientOverride(selector, Mode.valueOf(mode.toUpperCase(Locale.ROOT)), reason, who, at);
    }
}
