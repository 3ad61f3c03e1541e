package dev.sluice.edge.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The browser client's own tests, run by Node.js where there is one. */
class BrowserScriptTest {
    private static final Path SCRIPT = Path.of("src/main/resources/META-INF/resources/sluice.js");
    private static final int OLDEST_NODE = 20;

    @Test
    void isUnder12KilobytesOnTheWire() throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(Files.readAllBytes(SCRIPT));
        }
        assertThat(zipped.size()).isLessThan(12_000);
    }

    @Test
    void passesItsOwnTests() throws Exception {
        if (major() < OLDEST_NODE) {
            String why = "Node.js %d or later is not installed".formatted(OLDEST_NODE);
            System.out.println("SKIPPED: the browser client's tests in src/test/js: " + why);
            Assumptions.abort(why);
        }
        List<String> command = new ArrayList<>(List.of("node", "--test"));
        try (Stream<Path> tests = Files.list(Path.of("src/test/js"))) {
            tests.map(Path::toString)
                    .filter(name -> name.endsWith(".test.mjs"))
                    .sorted()
                    .forEach(command::add);
        }
        assertThat(command).hasSizeGreaterThan(2);
        Path output = Path.of("target/browser-script-tests.log");
        int code = run(command, output);
        assertThat(code)
                .as("node's verdict; it printed:%n%s", Files.readString(output))
                .isZero();
    }

    /** 0 where there is none. */
    private static int major() throws Exception {
        boolean there = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "node")));
        if (!there) {
            return 0;
        }
        Path output = Path.of("target/node-version.log");
        int code = run(List.of("node", "-p", "process.versions.node.split('.')[0]"), output);
        return code == 0 ? Integer.parseInt(Files.readString(output).strip()) : 0;
    }

    private static int run(List<String> command, Path output) throws Exception {
        Process node = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!node.waitFor(5, TimeUnit.MINUTES)) {
            node.descendants().forEach(ProcessHandle::destroyForcibly);
            node.destroyForcibly();
        }
        return node.waitFor();
    }
}
