package dev.sluice.store;

import dev.sluice.delivery.upstream.OutboxStore.Entry;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(name = "outbox")
class OutboxRow {
    @Id
    long id;

    @Column(columnDefinition = "text")
    String client;

    @Column(columnDefinition = "text")
    String event;

    int attempts;

    @Column(name = "next_at")
    Instant nextAt;

    @Column(name = "created_at")
    Instant createdAt;

    Entry toEntry() {
        return new Entry(id, client, event, attempts, createdAt);
    }
}
