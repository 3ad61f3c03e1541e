package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.guard.GuardSettings;
import dev.sluice.rollout.guard.PlanSettings;
import dev.sluice.rollout.guard.PlanSettings.OnRollback;
import dev.sluice.rollout.watch.WatchSettings;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuardKeysTest {

    private static RolloutConfig rollout(Map<String, String> given) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(SluiceConfig.class)
                .withSources(new PropertiesConfigSource(given, "test", 100))
                .build()
                .getConfigMapping(SluiceConfig.class)
                .rollout();
    }

    private static void read(Map<String, String> given) {
        RolloutConfig rollout = rollout(given);
        GuardKeys.judge(rollout);
        GuardKeys.plan(rollout);
        GuardKeys.watch(rollout);
    }

    @Test
    void theDefaultsAreTheContracts() {
        RolloutConfig rollout = rollout(Map.of());

        assertThat(GuardKeys.watch(rollout)).isEqualTo(new WatchSettings(true, Duration.ofSeconds(30)));
        assertThat(GuardKeys.judge(rollout))
                .isEqualTo(new GuardSettings(0.01, 0.05, 1, 5, 0.95, 0.90, 100, 500, 0.05, null, 1.5));
        assertThat(GuardKeys.plan(rollout))
                .isEqualTo(new PlanSettings(List.of(), Duration.ofHours(24), OnRollback.ZERO, null));
        assertThat(rollout.guard().attemptWindow()).isEqualTo(Duration.ofSeconds(10));
        assertThat(rollout.guard().voteWindow()).isEqualTo(Duration.ofMinutes(1));
        assertThat(rollout.guard().votesPerAddress()).isEqualTo(20);
    }

    @Test
    void everyKeyCanBeSet() {
        Map<String, String> given = new HashMap<>();
        given.put("sluice.rollout.guard.interval", "5s");
        given.put("sluice.rollout.guard.alpha", "0.02");
        given.put("sluice.rollout.guard.advance-alpha", "0.1");
        given.put("sluice.rollout.guard.attempt-window", "20s");
        given.put("sluice.rollout.guard.vote-window", "2m");
        given.put("sluice.rollout.guard.votes-per-address", "7");
        given.put("sluice.rollout.guard.min-clients", "9");
        given.put("sluice.rollout.guard.connection-success.advance", "0.9");
        given.put("sluice.rollout.guard.connection-success.rollback", "0.8");
        given.put("sluice.rollout.guard.latency.advance", "200ms");
        given.put("sluice.rollout.guard.latency.rollback", "1s");
        given.put("sluice.rollout.guard.fallback-rate.advance", "0.1");
        given.put("sluice.rollout.guard.fallback-rate.rollback", "0.3");
        given.put("sluice.rollout.guard.error-ratio.rollback", "2");
        given.put("sluice.rollout.guard.on-rollback", "last-good");
        given.put("sluice.rollout.guard.cool-down", "1h");
        given.put("sluice.rollout.plan.steps", "10,37.5,100");
        given.put("sluice.rollout.plan.bake", "0s");
        RolloutConfig rollout = rollout(given);

        assertThat(GuardKeys.watch(rollout)).isEqualTo(new WatchSettings(true, Duration.ofSeconds(5)));
        assertThat(GuardKeys.judge(rollout))
                .isEqualTo(new GuardSettings(0.02, 0.1, 3, 9, 0.9, 0.8, 200, 1_000, 0.1, 0.3, 2));
        assertThat(GuardKeys.plan(rollout))
                .isEqualTo(new PlanSettings(
                        List.of(Percentage.parse("10"), Percentage.parse("37.5"), Percentage.FULL),
                        Duration.ZERO,
                        OnRollback.LAST_GOOD,
                        Duration.ofHours(1)));
    }

    /** Each names key, value and what is allowed. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "guard.alpha | 0 | sluice.rollout.guard.alpha is 0.0 and must be between 0 and 1",
                "guard.alpha | 1 | sluice.rollout.guard.alpha is 1.0 and must be between 0 and 1",
                "guard.alpha | NaN | sluice.rollout.guard.alpha is NaN and must be between 0 and 1",
                "guard.advance-alpha | -0.1 | sluice.rollout.guard.advance-alpha is -0.1 and must be between 0 and 1",
                "guard.interval | 0s | sluice.rollout.guard.interval is PT0S and must be from PT1S",
                "guard.attempt-window | 0s | sluice.rollout.guard.attempt-window is PT0S and must be from PT0.1S",
                "guard.vote-window | 0s | sluice.rollout.guard.vote-window is PT0S and must be from PT1S",
                "guard.connection-success.advance | 0.85 | sluice.rollout.guard.connection-success.advance is 0.85 and must be at least connection-success.rollback (0.9)",
                "guard.connection-success.rollback | 1.5 | sluice.rollout.guard.connection-success.rollback is 1.5 and must be between 0 and 1",
                "guard.latency.advance | 600ms | sluice.rollout.guard.latency.advance is PT0.6S and must be at most latency.rollback (PT0.5S)",
                "guard.latency.rollback | 5s | sluice.rollout.guard.latency.rollback is PT5S and must be from PT0.001S to PT4.999S",
                "guard.fallback-rate.advance | 0 | sluice.rollout.guard.fallback-rate.advance is 0.0 and must be between 0 and 1",
                "guard.fallback-rate.rollback | 0.01 | sluice.rollout.guard.fallback-rate.rollback is 0.01 and must be at least fallback-rate.advance (0.05)",
                "guard.error-ratio.rollback | 0.5 | sluice.rollout.guard.error-ratio.rollback is 0.5 and must be a number of at least 1",
                "guard.on-rollback | half | sluice.rollout.guard.on-rollback is half and must be zero or last-good",
                "guard.cool-down | 0s | sluice.rollout.guard.cool-down is PT0S and must be from PT1S",
                "plan.steps | 10,50,25 | sluice.rollout.plan.steps is [10, 50, 25] and must be rising: 25 comes after 50",
                "plan.steps | 10,10 | sluice.rollout.plan.steps is [10, 10] and must be rising: 10 comes after 10",
                "plan.steps | 0,50 | sluice.rollout.plan.steps is [0, 50] and must be above 0 and up to 100",
                "plan.steps | 50,101 | sluice.rollout.plan.steps is [50, 101] and must be above 0 and up to 100",
                "plan.steps | -5 | sluice.rollout.plan.steps is [-5] and must be above 0 and up to 100",
                "plan.steps | 12.345 | sluice.rollout.plan.steps is [12.345] and must be above 0 and up to 100"
            })
    void contradictionsAreRefused(String key, String value, String complaint) {
        Map<String, String> given = Map.of("sluice.rollout." + key, value);

        assertThatThrownBy(() -> read(given))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(complaint);
    }

    /** By the reader of durations, before anybody asks for it. */
    @Test
    void aNegativeBakeIsRefused() {
        assertThatThrownBy(() -> read(Map.of("sluice.rollout.plan.bake", "-PT1H")))
                .hasMessageContainingAll("sluice.rollout.plan.bake", "-PT1H", "Invalid duration");
    }

    @Test
    void aPlanNeedsSomebodyWhoLooks() {
        Map<String, String> given =
                Map.of("sluice.rollout.guard.enabled", "false", "sluice.rollout.plan.steps", "10,100");

        assertThatThrownBy(() -> read(given))
                .hasMessageStartingWith("sluice.rollout.guard.enabled is false and must be true while");
    }
}
