package dev.sluice.app;

import dev.sluice.core.ProblemCode;
import java.util.function.Consumer;

/** Where refused requests are counted; named, so that the container can tell it from other consumers. */
@FunctionalInterface
interface ProblemCounter extends Consumer<ProblemCode> {}
