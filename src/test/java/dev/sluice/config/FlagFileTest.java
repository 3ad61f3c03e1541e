package dev.sluice.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.rollout.control.FlagFileResult;
import dev.sluice.rollout.control.FlagSet;
import dev.sluice.rollout.decision.Percentage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlagFileTest {
    @TempDir
    private Path dir;

    private Path path;

    @BeforeEach
    void place() {
        path = dir.resolve("flags.properties");
    }

    @Test
    void aWholeFileIsAccepted() throws IOException {
        assertThat(read("# canary\nWEBSOCKET_ENABLED = true\nFALLBACK_ENABLED:FALSE\r\nROLLOUT_PERCENTAGE=12.5\n"))
                .isEqualTo(accepted(new FlagSet(true, false, Percentage.parse("12.5"))));
    }

    @Test
    void anEmptyFileAndAnEmptyValuePinNothing() throws IOException {
        assertThat(read("")).isEqualTo(accepted(FlagSet.EMPTY));
        assertThat(read("ROLLOUT_PERCENTAGE=\n")).isEqualTo(accepted(FlagSet.EMPTY));
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstKey() throws IOException {
        assertThat(read("\uFEFFWEBSOCKET_ENABLED=true")).isEqualTo(accepted(new FlagSet(true, null, null)));
    }

    @ParameterizedTest
    @CsvSource({
        "WEBSOCKET_ENABLED=yes, WEBSOCKET_ENABLED, yes, true or false",
        "ROLLOUT_PERCENTAGE=1O, ROLLOUT_PERCENTAGE, 1O, a number from 0 to 100 with at most two decimals",
    })
    void oneBadValueRejectsTheWholeFile(String line, String key, String value, String allowed) throws IOException {
        FlagFileResult result = read("FALLBACK_ENABLED=false\n" + line);

        assertThat(result).isEqualTo(new FlagFileResult.Rejected(path.toString(), key, value, allowed));
    }

    @Test
    void aKeyThatIsNoFlagRejectsTheWholeFileAndNamesTheFlags() throws IOException {
        FlagFileResult result = read("ROLLOUT_PERCENTAGE=10\nROLLOUT_PERCENT=20");

        assertThat(((FlagFileResult.Rejected) result).message())
                .contains("ROLLOUT_PERCENT=20")
                .contains("WEBSOCKET_ENABLED, FALLBACK_ENABLED, ROLLOUT_PERCENTAGE, WEBSOCKET_ROLLOUT_PERCENTAGE");
    }

    @Test
    void whatIsNoPropertiesFileIsRejectedAsAWhole() throws IOException {
        assertThat(rejected(read("ROLLOUT_PERCENTAGE=\\u00zz")).allowed()).startsWith("is not a properties file");
        assertThat(rejected(read(new byte[] {(byte) 0xff, (byte) 0xfe, 0})).allowed())
                .isEqualTo("is not UTF-8 text");
        assertThat(rejected(read(("#" + "x".repeat(64 * 1024)).getBytes(UTF_8))).allowed())
                .contains("larger than 64 KiB");
        assertThat(rejected(new FlagFile(dir).read()).allowed()).startsWith("cannot be read");
    }

    @Test
    void noFileIsMissing() {
        assertThat(new FlagFile(path).read()).isEqualTo(new FlagFileResult.Missing(path.toString()));
        assertThat(new FlagFile(dir.resolve("no/such/dir")).read()).isInstanceOf(FlagFileResult.Missing.class);
    }

    private FlagFileResult read(String text) throws IOException {
        return read(text.getBytes(UTF_8));
    }

    private FlagFileResult read(byte[] bytes) throws IOException {
        Files.write(path, bytes);
        return new FlagFile(path).read();
    }

    private FlagFileResult accepted(FlagSet flags) {
        return new FlagFileResult.Accepted(path.toString(), flags);
    }

    private static FlagFileResult.Rejected rejected(FlagFileResult result) {
        return (FlagFileResult.Rejected) result;
    }
}
