package dev.sluice.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "publication")
class PublicationRow {
    @Id
    long position;

    @Column(columnDefinition = "text")
    String channel;

    @Column(name = "channel_offset")
    long offset;

    @Column(columnDefinition = "text")
    String event;

    @Column(columnDefinition = "bytea")
    byte[] data;

    @Column(name = "is_text")
    boolean text;

    @Column(name = "conflation_key", columnDefinition = "text")
    @Nullable
    String conflationKey;

    @Column(name = "appended_at")
    Instant appendedAt;
}
