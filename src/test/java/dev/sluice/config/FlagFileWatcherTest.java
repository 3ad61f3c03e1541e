package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.config.FlagFileWatcher.Reload;
import dev.sluice.rollout.control.FlagFileResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlagFileWatcherTest {
    @TempDir
    private Path dir;

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final List<Reload> reloads = new CopyOnWriteArrayList<>();
    private Path path;
    private FlagFileWatcher watcher;

    @BeforeEach
    void watch() {
        path = dir.resolve("flags.properties");
        watcher = watcher(path);
    }

    @AfterEach
    void close() {
        watcher.close();
    }

    @Test
    void whatWasThereAtTheStartIsNoChange() throws IOException {
        write("10");
        FlagFileResult first = watcher.first();

        look(5);

        assertThat(first).isInstanceOf(FlagFileResult.Accepted.class);
        assertThat(seen).isEmpty();
        assertThat(reloads).isEmpty();
    }

    @Test
    void aChangeIsPassedOnOnceTwoReadsAgree() throws IOException {
        write("10");
        watcher.first();
        write("20");

        look(1);
        assertThat(seen).isEmpty();
        look(4);

        assertThat(seen).containsExactly("20");
        assertThat(reloads).containsExactly(Reload.ACCEPTED);
    }

    @Test
    void aFileThatIsTruncatedAndThenWrittenIsSeenWholeOnly() throws IOException {
        write("10");
        watcher.first();

        Files.writeString(path, "");
        look(1);
        Files.writeString(path, "ROLLOUT_PERCENTAGE=2");
        look(1);
        write("20");
        look(2);

        assertThat(seen).containsExactly("20");
    }

    @Test
    void aChangeThatIsTakenBackBetweenTwoReadsIsNone() throws IOException {
        write("10");
        watcher.first();

        write("20");
        look(1);
        write("10");
        look(1);
        write("20");
        look(1);

        assertThat(seen).isEmpty();
    }

    @Test
    void aTypoIsCountedOnceAndPutRight() throws IOException {
        write("10");
        watcher.first();

        write("1O");
        look(6);
        write("11");
        look(2);

        assertThat(seen).containsExactly("rejected 1O", "11");
        assertThat(reloads).containsExactly(Reload.REJECTED, Reload.ACCEPTED);
    }

    @Test
    void aDeletedFileIsReportedOnceAndCountsAsNoReload() throws IOException {
        write("10");
        watcher.first();

        Files.delete(path);
        look(6);
        assertThat(seen).containsExactly("missing");
        assertThat(reloads).isEmpty();
        write("10");
        look(2);

        assertThat(seen).containsExactly("missing", "10");
    }

    @Test
    void aFileThatAppearsLaterIsTaken() throws IOException {
        assertThat(watcher.first()).isInstanceOf(FlagFileResult.Missing.class);

        write("30");
        look(2);

        assertThat(seen).containsExactly("30");
    }

    @Test
    void theLinkSwapOfAMountedConfigMapIsSeen() throws IOException {
        Path mounted = mount("10");
        FlagFileWatcher onLink = watcher(mounted);
        onLink.first();
        onLink.start();

        swap("25");
        await().atMost(Duration.ofSeconds(5)).until(() -> seen.contains("25"));
        swap("50");
        await().atMost(Duration.ofSeconds(5)).until(() -> seen.contains("50"));

        assertThat(seen).containsExactly("25", "50");
        onLink.close();
    }

    @Test
    void aSinkThatFailsIsAskedAgain() throws IOException {
        write("10");
        FlagFileWatcher failing = new FlagFileWatcher(
                path,
                Duration.ofMillis(5),
                result -> {
                    seen.add("asked");
                    throw new IllegalStateException("not now");
                },
                reloads::add);
        failing.first();
        failing.start();

        write("20");

        await().atMost(Duration.ofSeconds(5)).until(() -> seen.size() > 1);
        failing.close();
    }

    @Test
    void theUsualIntervalKeepsThePromiseOfTwoSeconds() {
        assertThat(FlagFileWatcher.INTERVAL.multipliedBy(3)).isLessThan(Duration.ofSeconds(2));
    }

    private FlagFileWatcher watcher(Path watched) {
        return new FlagFileWatcher(watched, Duration.ofMillis(5), this::take, reloads::add);
    }

    private boolean take(FlagFileResult result) {
        if (result instanceof FlagFileResult.Accepted accepted) {
            seen.add(
                    Objects.requireNonNull(accepted.flags().rolloutPercentage()).toString());
            return true;
        }
        seen.add(result instanceof FlagFileResult.Rejected rejected ? "rejected " + rejected.value() : "missing");
        return false;
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            watcher.look();
        }
    }

    private void write(String percentage) throws IOException {
        Files.writeString(path, "ROLLOUT_PERCENTAGE=" + percentage + "\n");
    }

    /** As the kubelet lays it out: the file links into ..data, which links to a directory with a time in its name. */
    private Path mount(String percentage) throws IOException {
        swap(percentage);
        Path mounted = dir.resolve("mounted.properties");
        Files.createSymbolicLink(mounted, Path.of("..data", "mounted.properties"));
        return mounted;
    }

    private void swap(String percentage) throws IOException {
        Path version = Files.createTempDirectory(dir, "..version");
        Files.writeString(version.resolve("mounted.properties"), "ROLLOUT_PERCENTAGE=" + percentage + "\n");
        Path fresh = dir.resolve("..data_tmp");
        Files.createSymbolicLink(fresh, version.getFileName());
        Files.move(fresh, dir.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
