package dev.sluice.status;

import io.smallrye.mutiny.Uni;
import java.util.List;

/** Where pipelines survive a restart. Fails with {@code store-unavailable}; answers on any thread. */
public interface PipelineStore {

    /** Those that were heard of last, up to {@code limit}. */
    Uni<List<Pipeline>> load(int limit);

    /** Keeps what it reports, unless a later report is kept. Its events are left alone. */
    Uni<Void> saveReport(Pipeline pipeline);

    /** Keeps its last event, unless a later one is kept. What it reported is left alone. */
    Uni<Void> saveEvent(Pipeline pipeline);

    /** Forgets it; nothing where it is not kept. */
    Uni<Void> delete(String id);
}
