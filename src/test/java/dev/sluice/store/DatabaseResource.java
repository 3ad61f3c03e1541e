package dev.sluice.store;

import dev.sluice.store.embedded.EmbeddedDatabase;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One database for every test that boots Quarkus: {@code @WithTestResource(DatabaseResource.class)}. In a directory of
 * its own, gone afterwards. Tests keep out of each other's way by fresh ids, not by fresh tables.
 */
public final class DatabaseResource implements QuarkusTestResourceLifecycleManager {
    private @Nullable Path directory;
    private @Nullable EmbeddedDatabase database;

    @Override
    public Map<String, String> start() {
        try {
            directory = Files.createTempDirectory("sluice-test-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        EmbeddedDatabase started = EmbeddedDatabase.start(directory, Path.of("target/postgres-binaries"));
        database = started;
        return Map.of(
                "quarkus.datasource.reactive.url", started.uri(),
                "quarkus.datasource.jdbc.url", "jdbc:" + started.uri(),
                "quarkus.datasource.username", started.user(),
                "quarkus.datasource.password", started.password());
    }

    /** Fields of tests: {@code @DatabaseOutage Supplier<AutoCloseable>}, which begins an outage that close() ends. */
    @Override
    public void inject(TestInjector injector) {
        EmbeddedDatabase away = Objects.requireNonNull(database);
        Supplier<AutoCloseable> outage = () -> {
            away.suspend();
            return away::resume;
        };
        injector.injectIntoFields(
                outage, new TestInjector.AnnotatedAndMatchesType(DatabaseOutage.class, Supplier.class));
    }

    @Override
    public void stop() {
        if (database != null) {
            database.close();
        }
        if (directory != null) {
            delete(directory);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            tree.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
