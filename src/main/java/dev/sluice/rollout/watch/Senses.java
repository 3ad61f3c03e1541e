package dev.sluice.rollout.watch;

import dev.sluice.rollout.guard.CriticalProbe;
import dev.sluice.rollout.guard.EvidenceSource;
import dev.sluice.rollout.guard.Following;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Everything that a look looks at.
 *
 * @param clock for people and the audit log
 * @param steadyMillis a clock that only runs forward, from anywhere: for everything that is measured
 */
public record Senses(
        EvidenceSource evidence,
        Following following,
        CriticalProbe probe,
        InstantSource clock,
        LongSupplier steadyMillis) {}
