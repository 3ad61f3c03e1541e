package dev.sluice.status;

import java.time.Instant;
import java.util.List;

/**
 * All pipelines as they are at a moment. The same list is given as long as nothing in it changes, so that whoever makes
 * something of it need not make it again.
 *
 * @param pipelines by id
 * @param until the last moment at which nobody else has fallen silent
 */
public record PipelineList(List<Shown> pipelines, Instant until) {

    /** @param stale it was silent for too long */
    public record Shown(Pipeline pipeline, boolean stale) {
        /** Neither stale, nor not well by its own word. */
        public boolean well() {
            return !stale && !pipeline.isSick();
        }
    }

    /** How many were heard lately. */
    public int heard() {
        return pipelines.size() - stale();
    }

    /** How many were silent for too long. */
    public int stale() {
        return (int) pipelines.stream().filter(Shown::stale).count();
    }
}
