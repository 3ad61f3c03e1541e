package dev.sluice.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

@Entity
@Table(name = "idempotency_key")
@IdClass(IdempotencyRow.Key.class)
class IdempotencyRow {
    @Id
    @Column(name = "token_id")
    UUID tokenId;

    @Id
    @Column(columnDefinition = "text")
    String key;

    @Column(name = "body_hash", columnDefinition = "text")
    String bodyHash;

    @Column(name = "command_id")
    UUID commandId;

    @Column(name = "created_at")
    Instant createdAt;

    record Key(UUID tokenId, String key) {}
}
