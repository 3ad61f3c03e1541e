package dev.sluice.delivery.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.delivery.Letter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowTest {
    private final Row row = new Row();
    private long next = 1;

    @Test
    void keepsTheOrderWhileItGoesRoundAndGrows() {
        Random random = new Random(7);
        ArrayDeque<Long> expected = new ArrayDeque<>();
        for (int step = 0; step < 10_000; step++) {
            if (random.nextInt(100) < 52 || expected.isEmpty()) {
                expected.add(next);
                add(1);
            } else if (random.nextInt(500) == 0) {
                int kept = random.nextInt(expected.size());
                while (expected.size() > kept) {
                    expected.removeLast();
                }
                row.cut(kept);
            } else {
                assertThat(row.removeFirst().position()).isEqualTo(expected.removeFirst());
            }
            assertThat(row.size()).isEqualTo(expected.size());
        }
        assertThat(positions()).containsExactlyElementsOf(expected);
    }

    @Test
    void putsAnotherInAPlace() {
        add(3);
        row.removeFirst();

        row.set(1, new Outbound(3, 2, Letter.of("again")));

        assertThat(positions()).containsExactly(2L, 3L);
        assertThat(row.get(1).attempt()).isEqualTo(2);
    }

    @Test
    void hasNothingBeyondItsEnd() {
        add(3);
        row.cut(1);

        assertThatThrownBy(() -> row.get(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(positions()).containsExactly(1L);
    }

    @Test
    void startsAnewOnceItWasLongAndIsEmpty() {
        add(1_000);
        row.cut(0);
        add(2);

        assertThat(positions()).containsExactly(1_001L, 1_002L);
    }

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            row.add(new Outbound(next++, 1, Letter.of("m")));
        }
    }

    private List<Long> positions() {
        List<Long> all = new ArrayList<>();
        row.forEach(each -> all.add(each.position()));
        return all;
    }
}
