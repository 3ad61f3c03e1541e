package dev.sluice.app;

import dev.sluice.admin.DeliberationText;
import dev.sluice.config.GuardKeys;
import dev.sluice.config.SluiceConfig;
import dev.sluice.rollout.control.RolloutControl;
import dev.sluice.rollout.guard.CriticalProbe;
import dev.sluice.rollout.guard.EvidenceSource;
import dev.sluice.rollout.guard.Following;
import dev.sluice.rollout.guard.Judge;
import dev.sluice.rollout.guard.PlanMachine;
import dev.sluice.rollout.guard.ProbeReport;
import dev.sluice.rollout.watch.Senses;
import dev.sluice.rollout.watch.Watch;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** Makes the guard, and gives it its senses. */
final class GuardWiring {

    @Produces
    @Singleton
    EvidenceSource evidenceSource() {
        return EvidenceSource.NONE;
    }

    @Produces
    @Singleton
    Following following(dev.sluice.rollout.drain.Following counted) {
        return new Following() {
            @Override
            public long assigned() {
                return counted.latest().assigned();
            }

            @Override
            public long connected() {
                return counted.latest().connected();
            }
        };
    }

    @Produces
    @Singleton
    CriticalProbe criticalProbe() {
        return () -> ProbeReport.NONE;
    }

    @Produces
    @Singleton
    Watch watch(
            RolloutControl control,
            EvidenceSource evidence,
            Following following,
            CriticalProbe probe,
            InstantSource clock,
            SluiceConfig config) {
        Senses senses =
                new Senses(evidence, following, probe, clock, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
        try {
            return new Watch(
                    control,
                    senses,
                    new Judge(GuardKeys.judge(config.rollout())),
                    new PlanMachine(GuardKeys.plan(config.rollout())),
                    DeliberationText::write,
                    GuardKeys.watch(config.rollout()));
        } catch (IllegalArgumentException contradiction) {
            throw new RefusedToStart(String.valueOf(contradiction.getMessage()));
        }
    }
}
