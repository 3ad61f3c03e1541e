package dev.sluice.status;

import org.jspecify.annotations.Nullable;

/**
 * A pipeline says how it is.
 *
 * @param name null leaves the one that is known
 * @param progress from 0 to 100; null for none
 * @param detail JSON of its own; null for none
 */
public record PipelineReport(
        @Nullable String name, String status, @Nullable Double progress, @Nullable String detail) {}
