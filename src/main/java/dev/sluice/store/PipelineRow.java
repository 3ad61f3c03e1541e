package dev.sluice.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(name = "pipeline")
class PipelineRow {
    @Id
    @Column(columnDefinition = "text")
    String id;

    @Column(columnDefinition = "text")
    String name;

    @Column(columnDefinition = "text")
    String status;

    Double progress;

    @Column(columnDefinition = "text")
    String detail;

    @Column(name = "heard_at")
    Instant heardAt;
}
