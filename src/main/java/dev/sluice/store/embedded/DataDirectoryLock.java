package dev.sluice.store.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Holds a data directory for one process. The lock is the operating system's, so it ends with the process however that
 * ends; what is written in the file only tells people who holds it.
 */
public final class DataDirectoryLock implements AutoCloseable {
    static final String FILE = "sluice.lock";

    private final FileChannel channel;

    private DataDirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the directory, creating it where it is missing.
     *
     * @throws EmbeddedDatabaseException where another process holds it, or it cannot be written
     */
    public static DataDirectoryLock take(Path directory) {
        Path file = directory.resolve(FILE);
        FileChannel channel;
        try {
            Files.createDirectories(directory);
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new EmbeddedDatabaseException(
                    "The data directory %s cannot be written (%s). Name another one with SLUICE_DATA_DIR, or a database with SLUICE_DB_URL."
                            .formatted(directory.toAbsolutePath(), e),
                    e);
        }
        try {
            if (lock(channel) == null) {
                String holder = holder(channel);
                channel.close();
                throw new EmbeddedDatabaseException(
                        "The data directory %s is in use by another gateway%s. Stop that one, name another directory with SLUICE_DATA_DIR, or name a database that both may use with SLUICE_DB_URL."
                                .formatted(directory.toAbsolutePath(), holder));
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return new DataDirectoryLock(channel);
        } catch (IOException e) {
            throw new EmbeddedDatabaseException("The file %s cannot be locked (%s).".formatted(file, e), e);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(20);
        channel.read(text, 0);
        String pid = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip();
        return pid.isEmpty() ? "" : " (process %s)".formatted(pid);
    }

    /** Lets go of the directory. The file stays: removing it would race with whoever is about to lock it. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new EmbeddedDatabaseException("The lock on the data directory cannot be given back.", e);
        }
    }
}
