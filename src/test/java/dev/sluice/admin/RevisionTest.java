package dev.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.core.SluiceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RevisionTest {

    @Test
    void readsWhatItWrote() {
        assertThat(Revision.ifMatch(Revision.tag(12))).isEqualTo(12);
        assertThat(Revision.ifMatch(null)).isNull();
        assertThat(Revision.ifMatch("*")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"12", "\"\"", "\"x\"", "W/\"12\"", "\"1\", \"2\"", "\"-1\"", "\"99999999999999999999\"", ""})
    void refusesWhatItCannotRead(String header) {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> Revision.ifMatch(header))
                .satisfies(problem -> assertThat(problem.field()).isEqualTo("If-Match"));
    }
}
