package dev.sluice.store.embedded;

import java.nio.file.Path;

/** A process that holds an embedded database until its input ends; what the process tests kill. */
final class EmbeddedDatabaseProgram {
    private EmbeddedDatabaseProgram() {}

    public static void main(String[] args) throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(Path.of(args[0]), Path.of(args[1]))) {
            System.out.println("ready " + database.uri() + " " + database.password() + " " + database.pid());
            System.in.read();
        } catch (EmbeddedDatabaseException e) {
            System.out.println(e.getMessage());
            System.exit(1);
        }
    }
}
