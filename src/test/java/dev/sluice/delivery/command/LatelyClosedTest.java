package dev.sluice.delivery.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LatelyClosedTest {
    private final LatelyClosed closed = new LatelyClosed();

    @Test
    void knowsNothingAtFirst() {
        assertThat(closed.contains(new UUID(0, 0))).isFalse();
    }

    @Test
    void looksAtBothHalvesOfAnId() {
        closed.add(new UUID(1, 2));

        assertThat(closed.contains(new UUID(1, 2))).isTrue();
        assertThat(closed.contains(new UUID(1, 3))).isFalse();
        assertThat(closed.contains(new UUID(3, 2))).isFalse();
        assertThat(closed.contains(new UUID(0, 0))).isFalse();
    }

    @Test
    void forgetsTheOldestBeyondItsBound() {
        for (int over : new int[] {0, 1, 7, LatelyClosed.KEPT, LatelyClosed.KEPT + 3}) {
            List<UUID> ids = Stream.generate(UUID::randomUUID)
                    .limit(LatelyClosed.KEPT + over)
                    .toList();
            ids.forEach(closed::add);

            assertThat(ids.subList(over, ids.size())).allMatch(closed::contains);
            assertThat(ids.subList(0, over)).noneMatch(closed::contains);
        }
    }

    @Test
    void keepsEachOneUpToItsBound() {
        List<UUID> ids =
                Stream.generate(UUID::randomUUID).limit(LatelyClosed.KEPT).toList();
        for (int i = 0; i < ids.size(); i++) {
            closed.add(ids.get(i));
            assertThat(ids.subList(0, i + 1)).allMatch(closed::contains);
        }
    }
}
