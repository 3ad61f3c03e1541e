package dev.sluice.status;

import dev.sluice.core.SluiceException;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Keeps what it is told; may be away, and may take its time. */
final class MemoryPipelineStore implements PipelineStore {
    final Map<String, Pipeline> kept = new TreeMap<>();
    boolean away;
    boolean slow;
    private final List<Runnable> waiting = new ArrayList<>();

    @Override
    public Uni<List<Pipeline>> load(int limit) {
        return Uni.createFrom().item(kept.values().stream().limit(limit).toList());
    }

    @Override
    public Uni<Void> saveReport(Pipeline pipeline) {
        return work(() -> kept.put(pipeline.id(), pipeline));
    }

    @Override
    public Uni<Void> saveEvent(Pipeline pipeline) {
        return work(() -> kept.put(pipeline.id(), pipeline));
    }

    @Override
    public Uni<Void> delete(String id) {
        return work(() -> kept.remove(id));
    }

    private Uni<Void> work(Runnable write) {
        return Uni.createFrom().emitter(emitter -> {
            if (away) {
                emitter.fail(SluiceException.storeUnavailable(null));
            } else if (slow) {
                waiting.add(() -> {
                    write.run();
                    emitter.complete(null);
                });
            } else {
                write.run();
                emitter.complete(null);
            }
        });
    }

    /** The one that has waited for that many others to go first is answered. */
    void answer(int index) {
        waiting.remove(index).run();
    }
}
