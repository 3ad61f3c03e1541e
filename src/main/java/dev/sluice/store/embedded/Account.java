package dev.sluice.store.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Who PostgreSQL runs as. It refuses to run as root, so a gateway started as root puts a command in front: a user
 * namespace of its own, in which root is nobody and files keep their owner; or, where containers forbid that, another
 * user who then owns the directory.
 *
 * @param uid whose files the data directory holds, as seen from outside
 * @param prefix what to put before every command, empty for a normal user
 */
record Account(int uid, List<String> prefix) {
    private static final int ROOT = 0;
    private static final int NOBODY = 65534;

    /** The account for a data directory that may not exist yet. */
    static Account owning(Path directory) {
        try {
            int self = uidOf(Path.of("/proc/self"));
            if (self != ROOT) {
                return new Account(self, List.of());
            }
            int owner = Files.exists(directory) ? uidOf(directory) : ROOT;
            if (owner != ROOT) {
                return other(owner);
            }
            List<String> namespace = List.of("unshare", "--user");
            return works(namespace) ? new Account(ROOT, namespace) : other(NOBODY);
        } catch (IOException e) {
            throw new EmbeddedDatabaseException("The embedded PostgreSQL runs on Linux only (%s).".formatted(e), e);
        }
    }

    private static Account other(int uid) {
        List<String> prefix = List.of("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups");
        if (works(prefix)) {
            return new Account(uid, prefix);
        }
        throw new EmbeddedDatabaseException(
                "PostgreSQL does not run as root, and neither unshare nor setpriv can start it as somebody else here. Start the gateway as another user, or name a database with SLUICE_DB_URL.");
    }

    private static boolean works(List<String> prefix) {
        List<String> command = new ArrayList<>(prefix);
        command.add("true");
        try {
            return Command.run(command).succeeded();
        } catch (IOException notInstalled) {
            return false;
        }
    }

    private static int uidOf(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:uid");
    }

    /** Hands over a file or directory that we have just made; its contents are the account's own doing. */
    void own(Path path) throws IOException {
        if (uidOf(path) != uid) {
            Files.setAttribute(path, "unix:uid", uid);
        }
    }

    /** The command as this account runs it. */
    List<String> with(List<String> command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return whole;
    }
}
