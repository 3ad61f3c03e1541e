package dev.sluice.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FleetOnHttpTest {
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private long now = 100_000;
    private final Fleet fleet = Presences.fleet(() -> Instant.ofEpochMilli(now));

    @Test
    void countsWhoWasHeardThereLastAndLately() {
        Presence polling = register("polling");
        Presence onSocket = register("socket");
        Presence gone = register("gone");
        register("silent");

        gone.httpBeat(now);
        now += 31_000;
        polling.httpBeat(now);
        onSocket.httpBeat(now);
        now += 10;
        onSocket.beat(now);

        assertThat(fleet.countOnHttp(WITHIN)).isEqualTo(1);
    }

    /** Its requests come while it is looked at: it is there all the time. */
    @Test
    void missesNobodyWhoseRequestComesJustThen() throws InterruptedException {
        Presence polling = register("polling");
        polling.httpBeat(now);
        Thread requests = new Thread(() -> {
            for (long at = now; at < now + 5_000_000; at++) {
                polling.httpBeat(at);
            }
        });
        requests.start();

        int missed = 0;
        while (requests.isAlive()) {
            missed += 1 - fleet.countOnHttp(WITHIN);
        }
        requests.join();

        assertThat(missed).isZero();
    }

    private Presence register(String agent) {
        return Presences.register(fleet, agent);
    }
}
