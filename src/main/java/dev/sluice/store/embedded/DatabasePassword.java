package dev.sluice.store.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The embedded database's password: random, in a file that only its owner reads. The server listens on loopback, where
 * every user of the machine can knock.
 */
final class DatabasePassword {
    private DatabasePassword() {}

    /** A new password, written to that file in place of any other. */
    static String create(Path file) {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, password);
            return password;
        } catch (IOException e) {
            throw new EmbeddedDatabaseException("The file %s cannot be written (%s).".formatted(file, e), e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            throw new EmbeddedDatabaseException(
                    "The embedded database is there, but its password file %s is not. Restore it from a backup of the data directory."
                            .formatted(file),
                    e);
        } catch (IOException e) {
            throw new EmbeddedDatabaseException("The file %s cannot be read (%s).".formatted(file, e), e);
        }
    }
}
