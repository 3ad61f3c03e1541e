package dev.sluice.rollout.guard;

/** A finding with everything that it was reached on, so that anybody can reach it again. */
public record Deliberation(
        GuardSettings settings, GuardState state, ProbeReport probes, Watching watching, Finding finding) {

    /** The finding that the same counters and settings give now. */
    public Finding replay() {
        return new Judge(settings).judge(state, probes, watching);
    }
}
