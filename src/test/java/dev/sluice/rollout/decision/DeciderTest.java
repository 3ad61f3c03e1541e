package dev.sluice.rollout.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.core.Mode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeciderTest {
    private static final String KEY = "agent-1";

    /** Columns: WebSocket on, ceiling, target, override, holdback, tunnel, cannot poll; then what comes of it. */
    @ParameterizedTest
    @CsvSource({
        "true,  100, 100, ,          0,   false, false, websocket, in-rollout",
        "true,  100, 0,   ,          0,   false, false, polling,   outside-rollout",
        "true,  100, 100, ,          100, false, false, polling,   holdback",
        "true,  100, 100, polling,   0,   false, false, polling,   override",
        "true,  100, 0,   websocket, 0,   false, false, websocket, override",
        "true,  100, 0,   websocket, 100, false, false, websocket, override",
        "true,  100, 100, polling,   100, false, false, polling,   override",
        "true,  0,   100, ,          0,   false, false, polling,   rollback",
        "true,  0,   100, websocket, 0,   false, false, polling,   rollback",
        "true,  0,   100, ,          100, false, false, polling,   rollback",
        "true,  100, 100, ,          0,   true,  true,  websocket, in-rollout",
        "true,  100, 0,   websocket, 0,   true,  true,  websocket, override",
        "true,  100, 0,   ,          0,   true,  false, websocket, tunnel",
        "true,  100, 0,   ,          0,   true,  true,  websocket, tunnel",
        "true,  0,   100, ,          0,   true,  false, websocket, tunnel",
        "true,  100, 100, polling,   0,   true,  false, websocket, tunnel",
        "true,  100, 100, ,          100, true,  false, websocket, tunnel",
        "true,  100, 0,   ,          0,   false, true,  websocket, cannot-poll",
        "true,  0,   100, ,          0,   false, true,  websocket, cannot-poll",
        "true,  100, 100, polling,   0,   false, true,  websocket, cannot-poll",
        "true,  100, 100, ,          100, false, true,  websocket, cannot-poll",
        "false, 100, 100, ,          0,   false, false, polling,   websocket-disabled",
        "false, 100, 100, websocket, 0,   true,  true,  polling,   websocket-disabled",
        "false, 0,   0,   ,          100, true,  true,  polling,   websocket-disabled",
    })
    void theFirstThatAppliesWins(
            boolean websocket,
            String ceiling,
            String target,
            String override,
            String holdback,
            boolean tunnel,
            boolean cannotPoll,
            String mode,
            String reason) {
        RolloutState state = new RolloutState(
                new Flags(websocket, true, Percentage.parse(target)),
                Percentage.parse(ceiling),
                Percentage.parse(holdback),
                "sluice",
                Bucketing.FLAGD,
                override == null ? Overrides.NONE : Overrides.of(List.of(override(override))),
                7);

        Decision decision = Decider.decide(state, new ClientFacts(KEY, null, Map.of(), cannotPoll, tunnel));

        assertThat(decision.mode().wire()).isEqualTo(mode);
        assertThat(decision.reason().wire()).isEqualTo(reason);
        assertThat(decision.revision()).isEqualTo(7);
        assertThat(decision.bucket()).isEqualTo(Bucketing.FLAGD.bucket("sluice", KEY));
    }

    @Test
    void theLesserOfTargetAndCeilingHolds() {
        assertThat(state("80", "25", "0").effective()).isEqualTo(Percentage.parse("25"));
        assertThat(state("10", "25", "0").effective()).isEqualTo(Percentage.parse("10"));
        assertThat(Decider.decide(state("80", "25", "0"), ClientFacts.of(KEY)).percentage())
                .isEqualTo(Percentage.parse("25"));
    }

    @Test
    void theSwitchFallsExactlyAtTheClientsBucket() {
        int bucket = Bucketing.FLAGD.bucket("sluice", KEY);

        assertThat(Decider.decide(stateAt(bucket), ClientFacts.of(KEY)).mode()).isEqualTo(Mode.POLLING);
        assertThat(Decider.decide(stateAt(bucket + 1), ClientFacts.of(KEY)).mode())
                .isEqualTo(Mode.WEBSOCKET);
    }

    @Test
    void theHoldbackIsAStickySampleIndependentOfTheRollout() {
        RolloutState half = state("50", "100", "10");
        RolloutState full = state("100", "100", "10");
        int clients = 20_000;

        double heldAtHalf = share(half, clients, Reason.HOLDBACK);
        double heldAtFull = share(full, clients, Reason.HOLDBACK);
        double outside = share(half, clients, Reason.OUTSIDE_ROLLOUT);

        assertThat(heldAtHalf).isEqualTo(heldAtFull).isCloseTo(0.10, within(0.01));
        assertThat(outside).isCloseTo(0.90 * 0.50, within(0.015));
    }

    private static double share(RolloutState state, int clients, Reason reason) {
        return IntStream.range(0, clients)
                        .filter(i -> Decider.decide(state, ClientFacts.of("client-" + i))
                                        .reason()
                                == reason)
                        .count()
                / (double) clients;
    }

    private static RolloutState stateAt(int hundredths) {
        return state(new Percentage(hundredths).toString(), "100", "0");
    }

    private static RolloutState state(String target, String ceiling, String holdback) {
        return new RolloutState(
                new Flags(true, true, Percentage.parse(target)),
                Percentage.parse(ceiling),
                Percentage.parse(holdback),
                "sluice",
                Bucketing.FLAGD,
                Overrides.NONE,
                1);
    }

    private static ClientOverride override(String mode) {
        return new ClientOverride(KEY, Mode.valueOf(mode.toUpperCase(Locale.ROOT)), null, "token:ops", Instant.EPOCH);
    }
}
