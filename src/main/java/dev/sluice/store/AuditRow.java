package dev.sluice.store;

import dev.sluice.rollout.control.AuditEntry;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Only ever added, by statement; the table numbers its rows. */
@Entity
@Table(name = "rollout_audit")
class AuditRow {
    @Id
    long id;

    Instant at;

    @Column(columnDefinition = "text")
    String who;

    @Column(columnDefinition = "text")
    String what;

    @Column(name = "from_value", columnDefinition = "text")
    @Nullable
    String from;

    @Column(name = "to_value", columnDefinition = "text")
    @Nullable
    String to;

    @Column(columnDefinition = "text")
    @Nullable
    String why;

    @Column(columnDefinition = "text")
    @Nullable
    String figures;

    AuditEntry toEntry() {
        return new AuditEntry(id, at, who, what, from, to, why, figures);
    }
}
