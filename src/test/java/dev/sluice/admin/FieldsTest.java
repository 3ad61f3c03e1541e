package dev.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.core.Mode;
import dev.sluice.core.SluiceException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {

    @ParameterizedTest
    @CsvSource({"50,5000", "37.5,3750", "37.50,3750", "1e2,10000", "0,0", "0.01,1", "100.00,10000"})
    void readsAPercentage(String number, int hundredths) {
        assertThat(Fields.percentage(JsonText.read("{'percentage':%s}".formatted(number)))
                        .hundredths())
                .isEqualTo(hundredths);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'50'", "37.123", "-1", "100.01", "true", "[50]", "null", "1e400", "1e-400"})
    void refusesWhatIsNoPercentage(String value) {
        refused("percentage", () -> Fields.percentage(JsonText.read("{'percentage':%s}".formatted(value))));
    }

    @Test
    void readsAMode() {
        assertThat(Fields.mode(JsonText.read("{'mode':'polling'}"))).isEqualTo(Mode.POLLING);
        assertThat(Fields.mode(JsonText.read("{'mode':'websocket'}"))).isEqualTo(Mode.WEBSOCKET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'mode':'POLLING'}", "{'mode':1}", "{'mode':null}"})
    void refusesWhatIsNoMode(String body) {
        refused("mode", () -> Fields.mode(JsonText.read(body)));
    }

    @Test
    void aSwitchIsABoolean() {
        assertThat(Fields.flag(JsonText.read("{'websocket_enabled':false}"), "websocket_enabled"))
                .isFalse();
        assertThat(Fields.flag(JsonText.read("{}"), "websocket_enabled")).isNull();
        refused(
                "websocket_enabled",
                () -> Fields.flag(JsonText.read("{'websocket_enabled':'false'}"), "websocket_enabled"));
    }

    @Test
    void aReasonIsShortText() {
        assertThat(Fields.reason(JsonText.read("{'reason':'because'}"))).isEqualTo("because");
        assertThat(Fields.reason(JsonText.read("{'reason':'  '}"))).isNull();
        refused("reason", () -> Fields.reason(JsonText.read("{'reason':5}")));
        refused("reason", () -> Fields.reason(JsonText.read("{'reason':'%s'}".formatted("x".repeat(1001)))));
    }

    private static void refused(String field, ThrowingCallable reading) {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(reading)
                .satisfies(problem -> assertThat(problem.field()).isEqualTo(field))
                .satisfies(problem -> assertThat(problem.code().status()).isEqualTo(400));
    }
}
