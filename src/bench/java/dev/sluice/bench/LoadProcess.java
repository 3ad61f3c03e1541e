package dev.sluice.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link Load} at work. It ends by itself; closing it early ends it at once. */
final class LoadProcess implements AutoCloseable {
    /** Longer than any mode takes. */
    private static final long PATIENCE_SECONDS = 500;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final BufferedReader lines;

    private LoadProcess(Process process) {
        this.process = process;
        this.lines = process.inputReader(StandardCharsets.UTF_8);
    }

    /** @param numbers connections, in flight on each, seconds of warm-up, seconds of measuring */
    static LoadProcess start(String mode, ServerProcess server, List<Integer> numbers, Path log) throws IOException {
        Target target = server.target();
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms256m",
                "-Xmx1g",
                "-classpath",
                System.getProperty("java.class.path"),
                Load.class.getName(),
                mode,
                target.kind().name(),
                Integer.toString(target.port()),
                target.token(),
                Long.toString(server.pid())));
        numbers.forEach(number -> command.add(Integer.toString(number)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        LoadProcess load = new LoadProcess(process);
        Thread bound = new Thread(load::endWhenLate, "load-bound");
        bound.setDaemon(true);
        bound.start();
        return load;
    }

    private void endWhenLate() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next line of figures. */
    JsonNode figures() throws IOException {
        String line = lines.readLine();
        if (line == null) {
            throw new IOException("the load generator ended early");
        }
        return JSON.readTree(line);
    }

    /** Lets the idle mode take its next step. */
    void proceed() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    /** Waits for its end. */
    void finished() throws IOException, InterruptedException {
        if (process.waitFor() != 0) {
            throw new IOException("the load generator failed with " + process.exitValue());
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
