package dev.sluice.delivery.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The test of the test: an engine that breaks one promise has to fail in the stories, each of them. */
class MutationTest {
    /** Fixed, so that a mutation that is found once is found always. */
    private static final int SEEDS = 200;

    private static final Path SOURCES = Path.of("src/main/java");

    static List<Mutation> mutations() {
        return Mutation.all();
    }

    @ParameterizedTest
    @MethodSource("mutations")
    void isNoticed(Mutation mutation) throws IOException {
        String source = Files.readString(SOURCES.resolve(mutation.className().replace('.', '/') + ".java"));
        assertThat(source.split(java.util.regex.Pattern.quote(mutation.from()), -1))
                .as("the line to change occurs once: %s", mutation.from())
                .hasSize(2);

        Mutant mutant = Mutant.of(mutation.className(), source.replace(mutation.from(), mutation.to()));

        assertThat(catchThrowable(() -> mutant.tell(mutation.family(), SEEDS)))
                .isInstanceOf(InvocationTargetException.class)
                .cause()
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("broken promise");
    }

    @Test
    void anUnchangedCopyKeepsEveryPromise() {
        Mutant copy = Mutant.none();

        assertThatCode(() -> copy.tell("natives", 10)).doesNotThrowAnyException();
        assertThatCode(() -> copy.tell("commands", 10)).doesNotThrowAnyException();
        assertThatCode(() -> copy.tell("channels", 3)).doesNotThrowAnyException();
        assertThatCode(() -> copy.tell("socketio", 5)).doesNotThrowAnyException();
    }
}
