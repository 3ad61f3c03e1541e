package dev.sluice.protocol.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.engineio.Heartbeat.Beat;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
    private static final EngineSettings SETTINGS =
            new EngineSettings(Duration.ofMillis(300), Duration.ofMillis(200), Duration.ofSeconds(10), 1_000, 1_000);

    private final Heartbeat heartbeat = new Heartbeat(SETTINGS, 1_000);

    @Test
    void theNextIntervalStartsAtThePong() {
        assertThat(heartbeat.at(1_299)).isEqualTo(Beat.NOTHING);
        assertThat(heartbeat.at(1_300)).isEqualTo(Beat.PING);
        heartbeat.pinged(1_300);
        assertThat(heartbeat.at(1_499)).isEqualTo(Beat.NOTHING);

        assertThat(heartbeat.ponged(1_450)).isTrue();

        assertThat(heartbeat.roundTripMillis()).isEqualTo(150);
        assertThat(heartbeat.at(1_749)).isEqualTo(Beat.NOTHING);
        assertThat(heartbeat.at(1_750)).isEqualTo(Beat.PING);
    }

    @Test
    void aPingThatWasSentLateIsDueAsIfItHadNotBeen() {
        heartbeat.pinged(1_390);

        assertThat(heartbeat.at(1_499)).isEqualTo(Beat.NOTHING);
        assertThat(heartbeat.at(1_500)).isEqualTo(Beat.GIVE_UP);
    }

    @Test
    void onlyThePongToTheLastPingCounts() {
        heartbeat.pinged(1_300);
        heartbeat.pinged(1_310);

        assertThat(heartbeat.ponged(1_320)).isFalse();
        assertThat(heartbeat.isAwaiting()).isTrue();
        assertThat(heartbeat.ponged(1_330)).isTrue();
        assertThat(heartbeat.isAwaiting()).isFalse();
    }

    @Test
    void aPongThatNobodyAskedForIsNothing() {
        assertThat(heartbeat.ponged(1_100)).isFalse();
        heartbeat.pinged(1_300);

        assertThat(heartbeat.ponged(1_310)).isTrue();
    }
}
