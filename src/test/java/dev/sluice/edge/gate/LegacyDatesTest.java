package dev.sluice.edge.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class LegacyDatesTest {
    @Test
    void writesTheSunsetAsHttpDatesAreEarlyInAMonthAsWell() {
        Instant sunset = Instant.parse("2030-01-01T00:00:00Z");

        assertThat(new LegacyDates(null, sunset, InstantSource.fixed(Instant.EPOCH)).sunsetHeader())
                .contains("Tue, 01 Jan 2030 00:00:00 GMT");
    }
}
