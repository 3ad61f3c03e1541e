package dev.sluice.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(name = "signing_key")
class SigningKeyRow {
    @Id
    @Column(columnDefinition = "text")
    String name;

    @Column(columnDefinition = "bytea")
    byte[] secret;

    @Column(name = "created_at")
    Instant createdAt;
}
