package dev.sluice.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseProcessTest {
    private static final Path BINARIES = Path.of("target/postgres-binaries");

    @TempDir
    Path directory;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stopWhatIsLeft() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void keepsItsDataThroughAKillAndTakesOverFromTheOrphan() throws Exception {
        Process gateway = fork();
        String[] ready = firstLine(gateway).split(" ");
        execute(ready[1], ready[2], "create table kept (word text)", "insert into kept values ('still here')");

        gateway.destroyForcibly().waitFor();
        ProcessHandle orphan = ProcessHandle.of(Long.parseLong(ready[3])).orElseThrow();
        assertThat(orphan.isAlive()).isTrue();

        try (EmbeddedDatabase again = EmbeddedDatabase.start(directory, BINARIES)) {
            assertThat(new Postmaster(orphan.pid()).alive()).isFalse();
            assertThat(word(again)).isEqualTo("still here");
        }
    }

    @Test
    void secondProcessOnTheSameDirectoryIsRefused() throws Exception {
        try (EmbeddedDatabase first = EmbeddedDatabase.start(directory, BINARIES)) {
            Process second = fork();

            assertThat(firstLine(second))
                    .contains("in use by another gateway (process "
                            + ProcessHandle.current().pid())
                    .contains("SLUICE_DATA_DIR");
            assertThat(second.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isEqualTo(1);
            assertThat(first.pid()).isPositive();
        }
    }

    @Test
    void comesBackOnTheSamePortWhenTheServerDies() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory, BINARIES)) {
            execute(
                    database.uri(),
                    database.password(),
                    "create table kept (word text)",
                    "insert into kept values ('x')");
            long before = database.pid();

            ProcessHandle.of(before).orElseThrow().destroyForcibly();

            await().atMost(Duration.ofSeconds(20))
                    .ignoreExceptions()
                    .until(() -> database.pid() != before && word(database).equals("x"));
        }
    }

    @Test
    void aPidThatNowBelongsToSomebodyElseIsLeftAlone() throws Exception {
        EmbeddedDatabase.start(directory, BINARIES).close();
        Process stranger = new ProcessBuilder("sleep", "60").start();
        started.add(stranger);
        Path postgres = directory.resolve("postgres");
        Files.writeString(postgres.resolve("postmaster.pid"), stranger.pid() + "\n" + postgres + "\n");

        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory, BINARIES)) {
            assertThat(database.pid()).isPositive().isNotEqualTo(stranger.pid());
            assertThat(stranger.isAlive()).isTrue();
        }
    }

    @Test
    void knocksWithoutThePasswordAreRefused() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(directory, BINARIES)) {
            assertThatThrownBy(() -> connect(database.uri(), "wrong")).hasMessageContaining("password");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("postgres.password"))))
                .isEqualTo("rw-------");
    }

    private Process fork() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddedDatabaseProgram.class.getName(),
                        directory.toString(),
                        BINARIES.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        started.add(process);
        return process;
    }

    private static String firstLine(Process process) throws IOException {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = reader.readLine();
        return line == null ? "" : line;
    }

    private static String word(EmbeddedDatabase database) throws SQLException {
        try (Connection connection = connect(database.uri(), database.password());
                ResultSet rows = connection.createStatement().executeQuery("select word from kept")) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void execute(String uri, String password, String... statements) throws SQLException {
        try (Connection connection = connect(uri, password)) {
            for (String statement : statements) {
                connection.createStatement().execute(statement);
            }
        }
    }

    private static Connection connect(String uri, String password) throws SQLException {
        return DriverManager.getConnection("jdbc:" + uri, PostgresServer.USER, password);
    }
}
