package dev.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/problems.md} lists every problem there is, as the code has it. */
class ProblemCatalogueTest {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([a-z-]+)` \\| (\\d{3}) \\| ([^|]+) \\| ([^|]+) \\|$");

    @Test
    void listsEveryProblemWithItsStatusAndSentence() throws IOException {
        List<String> rows = rows().map(row -> row.group(1) + " " + row.group(2) + " " + row.group(3))
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(Stream.of(ProblemCode.values())
                        .map(code -> code.slug() + " " + code.status() + " " + code.sentence())
                        .toList());
    }

    @Test
    void saysWhatToDoAboutEachOfThem() throws IOException {
        assertThat(rows().map(row -> row.group(4))).allMatch(advice -> advice.endsWith("."));
    }

    private static Stream<MatchResult> rows() throws IOException {
        return ROW.matcher(Files.readString(Path.of("docs/problems.md"))).results();
    }
}
