package dev.sluice.store;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.channel.DurableLog;
import dev.sluice.delivery.channel.StreamPosition;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(name = "publication_key")
@IdClass(PublicationKeyRow.Key.class)
class PublicationKeyRow {
    @Id
    @Column(columnDefinition = "text")
    String owner;

    @Id
    @Column(columnDefinition = "text")
    String key;

    @Column(columnDefinition = "text")
    String digest;

    @Column(columnDefinition = "text")
    String channel;

    @Column(columnDefinition = "text")
    String epoch;

    @Column(name = "channel_offset")
    long offset;

    @Column(name = "created_at")
    Instant createdAt;

    DurableLog.Key toKey() {
        return new DurableLog.Key(owner, key, digest, new ChannelName(channel), new StreamPosition(epoch, offset));
    }

    record Key(String owner, String key) {}
}
