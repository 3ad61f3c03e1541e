package dev.sluice.config;

import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;

/** How the guard judges; {@link GuardKeys} refuses what contradicts itself. */
public interface GuardConfig {
    /** Whether anybody looks; false: the ceiling moves only when a person says so. */
    @WithDefault("true")
    boolean enabled();

    /** Between two looks. */
    @WithDefault("30s")
    Duration interval();

    /** Chance that a healthy step is rolled back, over all steps and figures. */
    @WithDefault("0.01")
    double alpha();

    /** Chance that a step is held good that is not. */
    @WithDefault("0.05")
    double advanceAlpha();

    /** An attempt's deadline. */
    @WithDefault("10s")
    Duration attemptWindow();

    /** In which a client has one vote; not shorter than the attempt window. */
    @WithDefault("1m")
    Duration voteWindow();

    /** Votes that the unauthenticated clients of one address have in a window. */
    @WithDefault("20")
    @Min(1)
    @Max(1_000_000)
    int votesPerAddress();

    /** Distinct clients before anything is done. */
    @WithDefault("5")
    @Min(1)
    @Max(1_000_000)
    int minClients();

    /** Share of attempts that come to work. */
    ConnectionSuccess connectionSuccess();

    /** Mean delivery latency, clipped at 5 s. */
    Latency latency();

    /** Share of able clients that turn up polling. */
    FallbackRate fallbackRate();

    /** Errors per client-minute for each on polling. */
    ErrorRatio errorRatio();

    /** How far a rollback goes down: {@code zero} or {@code last-good}. */
    @WithDefault("zero")
    String onRollback();

    /** After which a rollback of the guard's is over by itself; absent: a person resumes. */
    Optional<Duration> coolDown();

    interface ConnectionSuccess {
        /** Above which a step may be left for the next. */
        @WithDefault("0.95")
        double advance();

        /** Below which it is rolled back. */
        @WithDefault("0.90")
        double rollback();
    }

    interface Latency {
        /** Below which a step may be left for the next. */
        @WithDefault("100ms")
        Duration advance();

        /** Above which it is rolled back. */
        @WithDefault("500ms")
        Duration rollback();
    }

    interface FallbackRate {
        /** Below which a step may be left for the next. */
        @WithDefault("0.05")
        double advance();

        /** Above which it is rolled back; absent: fallbacks alone never are. */
        Optional<Double> rollback();
    }

    interface ErrorRatio {
        /** At which it is rolled back, where it is also proved to be above 1. */
        @WithDefault("1.5")
        double rollback();
    }
}
