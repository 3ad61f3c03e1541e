package dev.sluice.store.embedded;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The PostgreSQL programs, unpacked once per version. Only the archive comes from the library: its own launcher
 * registers a shutdown hook that races with the gateway's drain, and trusts every local user.
 *
 * <p>They are kept beside the data and not in the temporary directory: that one is shared with other users, and swept
 * by the system while we run, when a restart of the server still needs them.
 */
final class PostgresBinaries {
    private PostgresBinaries() {}

    /** The directory that holds {@code bin/postgres}, unpacked below {@code home} where it is not there yet. */
    static Path in(Path home) {
        try (InputStream archive = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary("Linux", arch())) {
            if (archive == null) {
                throw new EmbeddedDatabaseException(
                        "There is no embedded PostgreSQL for this system (%s, %s). Name a database with SLUICE_DB_URL."
                                .formatted(System.getProperty("os.name"), System.getProperty("os.arch")));
            }
            byte[] bytes = archive.readAllBytes();
            Path target = home.resolve(version(bytes));
            if (!Files.isDirectory(target)) {
                unpack(bytes, target);
            }
            return target;
        } catch (IOException | IllegalStateException e) {
            throw new EmbeddedDatabaseException(
                    "The embedded PostgreSQL cannot be unpacked into %s (%s).".formatted(home, e), e);
        }
    }

    private static String arch() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> System.getProperty("os.arch");
        };
    }

    private static String version(byte[] archive) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(archive);
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Unpacks beside the target and moves it there whole, so that a directory of that name is always complete. */
    private static void unpack(byte[] archive, Path target) throws IOException {
        Path home = target.toAbsolutePath().getParent();
        Files.createDirectories(home);
        Path half = Files.createTempDirectory(home, "unpacking-");
        Files.setPosixFilePermissions(half, permissions(0755));
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                write(tar, entry, half);
            }
        }
        try {
            Files.move(half, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException another) {
            delete(half);
            if (!Files.isDirectory(target)) {
                throw another;
            }
        }
    }

    private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path half) throws IOException {
        Path path = half.resolve(entry.getName()).normalize();
        if (!path.startsWith(half)) {
            throw new IOException("the archive leaves its directory: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(path.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            Files.copy(half.resolve(entry.getLinkName()), path, StandardCopyOption.COPY_ATTRIBUTES);
        } else {
            Files.copy(tar, path);
            Files.setPosixFilePermissions(path, permissions((entry.getMode() & 0111) == 0 ? 0644 : 0755));
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values();
        for (int bit = 0; bit < all.length; bit++) {
            if ((mode & (0400 >> bit)) != 0) {
                set.add(all[bit]);
            }
        }
        return set;
    }

    /** Removes a directory with all that is in it; nothing where there is none. */
    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
