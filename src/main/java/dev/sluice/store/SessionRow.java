package dev.sluice.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "client_session")
class SessionRow {
    @Id
    @Column(columnDefinition = "text")
    String key;

    @Column(columnDefinition = "text")
    String owner;

    @Column(name = "client_id", columnDefinition = "text")
    String clientId;

    @Column(columnDefinition = "text")
    String protocol;

    @Column(columnDefinition = "text")
    @Nullable
    String info;

    @Column(columnDefinition = "text")
    String attributes;

    @Column(columnDefinition = "text")
    String epoch;

    @Column(columnDefinition = "text")
    String acknowledged;

    @Column(columnDefinition = "text")
    String unrepeatable;

    @Column(name = "next_subscription")
    int nextSubscription;

    @Column(columnDefinition = "text")
    String subscriptions;

    @Column(name = "saved_at")
    Instant savedAt;
}
