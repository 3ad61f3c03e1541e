/**
 * A PostgreSQL of our own, for a gateway that was given none: one directory, one server, one owner. Imports the JDK,
 * JBoss Logging and the library that carries the binaries; knows nothing of Quarkus, so that {@code main} and tests can
 * start it before anything else.
 *
 * <p>Starting points: {@link dev.sluice.store.embedded.EmbeddedDatabase} (start, supervision, stop),
 * {@link dev.sluice.store.embedded.DataDirectoryLock} (one process per directory).
 */
@NullMarked
package dev.sluice.store.embedded;

import org.jspecify.annotations.NullMarked;
