package dev.sluice.rollout.guard;

/** Port to the built-in client. */
@FunctionalInterface
public interface CriticalProbe {

    /** How it got on last on this node; at once, from any thread. */
    ProbeReport report();
}
