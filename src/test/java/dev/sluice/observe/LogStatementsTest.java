package dev.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads the sources: nothing secret is handed to a logger, and brackets use the agreed names. */
class LogStatementsTest {
    private static final Pattern STATEMENT = Pattern.compile("\\bLOG\\s*\\.\\w+\\((.*?)\\);", Pattern.DOTALL);
    private static final Pattern TEXT = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern BRACKET = Pattern.compile("\\[([^\\]]*%[^\\]]*)]");

    /** What yields a secret, or a URL with its query; a token's id and kind are fine. */
    private static final Pattern SECRET = Pattern.compile(
            "(?i)\\bsecret|password|authorization|\\bheaders?\\(|\\btoken\\(\\)(?!\\.(?:id|kind)\\(\\))|\\btoken\\b(?![.(])"
                    + "|\\.query\\(|\\.uri\\(|absoluteURI|\\.payload\\(|\\.body\\(");

    private record Statement(Path file, String arguments) {}

    @Test
    void handsNothingSecretToALogger() throws IOException {
        assertThat(statements()).hasSizeGreaterThan(10).allSatisfy(statement -> assertThat(
                        TEXT.matcher(statement.arguments()).replaceAll(""))
                .as(statement.file().toString())
                .doesNotContainPattern(SECRET));
    }

    @Test
    void usesTheAgreedNamesInBrackets() throws IOException {
        for (Statement statement : statements()) {
            Matcher bracket = BRACKET.matcher(statement.arguments());
            while (bracket.find()) {
                for (String field : bracket.group(1).split(",")) {
                    assertThat(LogFields.ALL)
                            .as("%s in %s", field, statement.file())
                            .contains(field.split(":")[0].strip());
                }
            }
        }
    }

    private static List<Statement> statements() throws IOException {
        List<Statement> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                Matcher statement = STATEMENT.matcher(Files.readString(file));
                while (statement.find()) {
                    found.add(new Statement(file, statement.group(1)));
                }
            }
        }
        return found;
    }
}
