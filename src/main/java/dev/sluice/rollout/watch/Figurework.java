package dev.sluice.rollout.watch;

import dev.sluice.rollout.guard.Deliberation;

/** Port that writes down what a verdict was reached on, for the audit log. */
@FunctionalInterface
public interface Figurework {

    /** JSON text, complete enough to be replayed. */
    String write(Deliberation deliberation);
}
