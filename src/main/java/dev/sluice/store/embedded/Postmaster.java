package dev.sluice.store.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The process that {@code postmaster.pid} names.
 *
 * @param pid its process id; whether that is still the server is for {@link #owns} to say
 */
record Postmaster(long pid) {
    static final String FILE = "postmaster.pid";

    /** What the directory's {@code postmaster.pid} says, null where there is none or it says nothing. */
    static @Nullable Postmaster of(Path directory) {
        try {
            List<String> lines = Files.readAllLines(directory.resolve(FILE));
            return lines.isEmpty()
                    ? null
                    : new Postmaster(Long.parseLong(lines.get(0).strip()));
        } catch (IOException | NumberFormatException none) {
            return null;
        }
    }

    /** Whether a process of that id lives. A zombie does not: as process 1 of a container nobody reaps it for us. */
    boolean alive() {
        try {
            String stat = Files.readString(Path.of("/proc/%d/stat".formatted(pid)));
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state != 'Z' && state != 'X';
        } catch (IOException | StringIndexOutOfBoundsException gone) {
            return false;
        }
    }

    /** Whether the system still has an entry of that id, a zombie's included. */
    boolean known() {
        return Files.exists(Path.of("/proc/%d".formatted(pid)));
    }

    /** Whether any PostgreSQL process, child or server, works in that directory. */
    static boolean anybodyIn(Path directory) {
        return ProcessHandle.allProcesses()
                .map(process -> new Postmaster(process.pid()))
                .anyMatch(process -> process.alive() && process.worksIn(directory));
    }

    /** Whether the process is a PostgreSQL server working in that directory: it is its working directory. */
    boolean owns(Path directory) {
        try {
            String program =
                    Files.readString(Path.of("/proc/%d/cmdline".formatted(pid))).split("\0", 2)[0];
            return Path.of(program).endsWith("postgres") && worksIn(directory);
        } catch (IOException unreadableOrGone) {
            return false;
        }
    }

    private boolean worksIn(Path directory) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/%d/cwd".formatted(pid)))
                    .equals(directory.toRealPath());
        } catch (IOException unreadableOrGone) {
            return false;
        }
    }
}
