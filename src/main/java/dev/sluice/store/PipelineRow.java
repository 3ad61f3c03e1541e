package dev.sluice.store;

import dev.sluice.status.Pipeline;
import dev.sluice.status.Pipeline.LastEvent;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Read as an entity, written by statements: reports and events are upserts of their own columns. */
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

    @Nullable
    Double progress;

    @Column(columnDefinition = "text")
    @Nullable
    String detail;

    @Column(name = "reported_at")
    @Nullable
    Instant reportedAt;

    @Column(columnDefinition = "text")
    @Nullable
    String event;

    @Column(name = "event_file", columnDefinition = "text")
    @Nullable
    String eventFile;

    @Column(name = "event_progress")
    @Nullable
    Double eventProgress;

    @Column(name = "event_at")
    @Nullable
    Instant eventAt;

    Pipeline toPipeline() {
        LastEvent last =
                event == null || eventAt == null ? null : new LastEvent(event, eventFile, eventProgress, eventAt);
        return new Pipeline(id, name, status, progress, detail, reportedAt, last);
    }
}
