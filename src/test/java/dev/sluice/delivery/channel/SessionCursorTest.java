package dev.sluice.delivery.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.SluiceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionCursorTest {

    @Test
    void isWrittenInPlaceAsItIsAsText() {
        for (long number : new long[] {0, 1, 35, 36, 37, 1295, 1296, 1L << 40, Long.MAX_VALUE}) {
            for (int subscription : new int[] {SessionCursor.NONE, 0, 36, Integer.MAX_VALUE}) {
                SessionCursor cursor = new SessionCursor(
                        "epoch~life", number, new Watermark(number, number / 2), subscription, number);
                byte[] written = new byte[cursor.length()];

                assertThat(cursor.put(written, 0)).isEqualTo(written.length);
                assertThat(new String(written, java.nio.charset.StandardCharsets.US_ASCII))
                        .isEqualTo(cursor.text());
            }
        }
    }

    @Test
    void isReadAsItWasWritten() {
        SessionCursor plain =
                new SessionCursor("abc~de", 1_000_000, new Watermark(77, Long.MAX_VALUE), SessionCursor.NONE, 0);
        SessionCursor catching = new SessionCursor("abc~de", 0, Watermark.NONE, 12, 345);

        assertThat(SessionCursor.parse(plain.text())).isEqualTo(plain);
        assertThat(SessionCursor.parse(catching.text())).isEqualTo(catching);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc~de", "abc~d", "abc~def", "other", ""})
    void isReadAlikeWhateverEpochWasExpected(String expected) {
        SessionCursor cursor = new SessionCursor("abc~de", 42, new Watermark(7, 8), SessionCursor.NONE, 0);

        assertThat(SessionCursor.parse("after", cursor.text(), expected)).isEqualTo(cursor);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a",
                "a.1.2",
                "a.1.2.3.4",
                "a.1.2.3.4.5.6",
                "a.1.2.3.",
                "a.1.2.3.4.",
                "a.1.2.3..5",
                ".1.2.3",
                "a.-1.2.3",
                "a.+1.2.3",
                "a.1.2.ß",
                "a..2.3",
                "a.1.2.zzzzzzzzzzzzzzzz",
                "a.1.2.3.zzzzzzz.1"
            })
    void refusesWhatWasNeverACursor(String text) {
        assertThatThrownBy(() -> SessionCursor.parse(text))
                .isInstanceOfSatisfying(SluiceException.class, problem -> assertThat(problem.field())
                        .isEqualTo("after"));
    }

    @Test
    void doesNotLookAtWhatIsFarTooLong() {
        assertThatThrownBy(() -> SessionCursor.parse("a".repeat(1_000_000) + ".1.2.3"))
                .isInstanceOf(SluiceException.class);
    }
}
