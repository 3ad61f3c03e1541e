package dev.sluice.status;

import org.jspecify.annotations.Nullable;

/**
 * Something happened in a pipeline, mostly to one file.
 *
 * @param event its name
 * @param progress from 0 to 100; null for none
 * @param data JSON of its own; null for none
 */
public record PipelineEvent(String event, @Nullable String file, @Nullable Double progress, @Nullable String data) {}
