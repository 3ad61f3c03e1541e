package dev.sluice.store.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A finished command: what it said, on both streams, and how it ended. Runs in the caller's thread until the command is
 * done; the ones used here bound their own time.
 */
record Command(int status, String output) {

    /** @throws IOException where the program is not there */
    static Command run(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectInput(new File("/dev/null"));
        // Messages and dates of PostgreSQL's tools in one language, whatever the console speaks.
        builder.environment().put("LC_ALL", "C");
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        Process process = builder.start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Command(process.waitFor(), output.strip());
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running " + command.get(0), e);
        }
    }

    boolean succeeded() {
        return status == 0;
    }
}
