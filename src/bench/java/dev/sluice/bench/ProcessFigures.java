package dev.sluice.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** What Linux and the JVM say about one process, its children excluded. */
final class ProcessFigures {
    /** {@code getconf CLK_TCK}: the kernel's unit towards user space, 100 on every architecture that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    private static final int SECONDS_BETWEEN_LOOKS = 3;
    private static final int MOST_LOOKS = 20;
    /** Of one CPU. Thousands of clients that only answer pings keep it busier than nothing. */
    private static final double QUIET = 0.06;

    /** Of one CPU: what the compilers may use while the process is measured. */
    private static final double COMPILERS_AT_REST = 0.03;
    /** So many looks in a row: they rest between what just became hot and what becomes hot by that. */
    private static final int LOOKS_AT_REST = 2;

    private static final Pattern COMPILER = Pattern.compile("C[12] Compiler.*");

    private ProcessFigures() {}

    /** User and system time so far, in seconds. A database that is its child does not count. */
    static double cpuSeconds(long pid) throws IOException {
        return cpuSeconds(Path.of("/proc/%d/stat".formatted(pid)));
    }

    private static double cpuSeconds(Path file) throws IOException {
        String stat = Files.readString(file);
        // The name in brackets may hold spaces; what follows it does not.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME])) / TICKS_PER_SECOND;
    }

    /**
     * Waits until it has next to nothing to do, or for long enough: compilers go on after the work that they are for, and
     * what they need meanwhile would be counted as that of connections.
     */
    static void awaitQuiet(long pid) throws IOException, InterruptedException {
        double before = cpuSeconds(pid);
        for (int look = 0; look < MOST_LOOKS; look++) {
            TimeUnit.SECONDS.sleep(SECONDS_BETWEEN_LOOKS);
            double now = cpuSeconds(pid);
            if ((now - before) / SECONDS_BETWEEN_LOOKS < QUIET) {
                return;
            }
            before = now;
        }
    }

    /**
     * Waits until the compilers of a JVM rest, or for long enough: what has just become hot is compiled for seconds, while
     * it runs, and new connections make them begin anew. Any other process has nothing to wait for.
     */
    static void awaitCompiled(long pid) throws IOException, InterruptedException {
        if (!Files.readString(Path.of("/proc/%d/comm".formatted(pid))).strip().equals("java")) {
            return;
        }
        double before = compilerSeconds(pid);
        int atRest = 0;
        for (int look = 0; look < MOST_LOOKS && atRest < LOOKS_AT_REST; look++) {
            TimeUnit.SECONDS.sleep(SECONDS_BETWEEN_LOOKS);
            double now = compilerSeconds(pid);
            atRest = (now - before) / SECONDS_BETWEEN_LOOKS < COMPILERS_AT_REST ? atRest + 1 : 0;
            before = now;
        }
    }

    private static double compilerSeconds(long pid) throws IOException {
        double seconds = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/%d/task".formatted(pid)))) {
            for (Path thread : threads) {
                try {
                    if (COMPILER.matcher(Files.readString(thread.resolve("comm")).strip()).matches()) {
                        seconds += cpuSeconds(thread.resolve("stat"));
                    }
                } catch (NoSuchFileException ended) {
                    // One that is not needed any more; it was not at work then.
                }
            }
        }
        return seconds;
    }

    /** Resident memory in KiB once what is garbage has been collected, and what is free was given back. */
    static long residentKiB(long pid) throws IOException, InterruptedException {
        tell(pid, "GC.run");
        TimeUnit.MILLISECONDS.sleep(500); // what the first collection released, the second gives back
        tell(pid, "GC.run");
        tell(pid, "System.trim_native_heap");
        TimeUnit.MILLISECONDS.sleep(500);
        return residentKiBAsItIs(pid);
    }

    /** Resident memory in KiB. */
    static long residentKiBAsItIs(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/%d/smaps_rollup".formatted(pid)))) {
            if (line.startsWith("Rss:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no Rss in smaps_rollup");
    }

    private static String tell(long pid, String command) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process telling = new ProcessBuilder(jcmd, Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        String answer = new String(telling.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!telling.waitFor(30, TimeUnit.SECONDS) || telling.exitValue() != 0) {
            telling.destroyForcibly();
            throw new IOException("jcmd %s failed for %d".formatted(command, pid));
        }
        return answer;
    }
}
