package dev.sluice.status;

import io.smallrye.mutiny.Uni;
import java.util.List;

/** Where pipelines survive a restart. Fails with {@code store-unavailable}; answers on any thread. */
public interface PipelineStore {

    Uni<List<Pipeline>> load(int limit);

    /** Keeps it as it is now, instead of what was kept of it before. */
    Uni<Void> save(Pipeline pipeline);

    /** Forgets it; nothing where it is not kept. */
    Uni<Void> delete(String id);
}
