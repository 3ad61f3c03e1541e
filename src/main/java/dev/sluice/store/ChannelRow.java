package dev.sluice.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

@Entity
@Table(name = "channel")
class ChannelRow {
    @Id
    @Column(columnDefinition = "text")
    String name;

    @Column(columnDefinition = "text")
    String epoch;

    @Column(name = "last_offset")
    long lastOffset;

    @Column(name = "last_position")
    long lastPosition;
}
