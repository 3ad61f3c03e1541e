package dev.sluice.rollout.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BoundedMemoryTest {
    private static final int LIMIT = 64;

    private final ManualClock clock = new ManualClock();
    private final BoundedMemory<Integer> memory = new BoundedMemory<>(clock, LIMIT);

    @Test
    void neverHoldsMoreThanItsLimit() {
        for (int i = 0; i < 10_000; i++) {
            put("key-" + i, Duration.ofDays(1));
            assertThat(memory.size()).isLessThanOrEqualTo(LIMIT);
        }

        assertThat(memory.get("key-9999")).isEqualTo(1);
    }

    @Test
    void theExpiredMakeRoomFirst() {
        for (int i = 0; i < LIMIT / 2; i++) {
            put("short-" + i, Duration.ofSeconds(1));
        }
        for (int i = 0; i < LIMIT / 2; i++) {
            put("long-" + i, Duration.ofDays(1));
        }
        clock.advance(Duration.ofSeconds(1));

        put("new", Duration.ofDays(1));

        assertThat(memory.size()).isEqualTo(LIMIT / 2 + 1);
        assertThat(memory.get("long-0")).isEqualTo(1);
    }

    @Test
    void whatHasExpiredStartsAfresh() {
        put("a", Duration.ofSeconds(1));
        put("a", Duration.ofSeconds(1));
        assertThat(memory.get("a")).isEqualTo(2);
        clock.advance(Duration.ofSeconds(1));

        assertThat(memory.get("a")).isNull();
        put("a", Duration.ofSeconds(1));

        assertThat(memory.get("a")).isEqualTo(1);
    }

    private void put(String key, Duration lifetime) {
        memory.update(key, before -> before == null ? 1 : before + 1, value -> lifetime);
    }
}
