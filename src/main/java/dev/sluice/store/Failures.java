package dev.sluice.store;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.hibernate.exception.ConstraintViolationException;
import org.jspecify.annotations.Nullable;

/**
 * What a failure of the database means. Looks at the whole chain of causes, since every layer wraps.
 *
 * @see <a href="https://www.postgresql.org/docs/17/errcodes-appendix.html">PostgreSQL error codes</a>
 */
final class Failures {
    private static final String READ_ONLY = "25006";
    private static final String QUERY_CANCELED = "57014";
    private static final Set<String> LOST_RACES = Set.of("40001", "40P01");
    private static final Set<String> NOT_TEXT = Set.of("22021", "22P05");

    private Failures() {}

    /** The failure as callers see it: a problem of ours, or the thing itself where we have no word for it. */
    static Throwable translate(Throwable failure) {
        SluiceException ours = find(failure, SluiceException.class, any -> true);
        if (ours != null) {
            return ours;
        }
        if (unavailable(failure)) {
            return SluiceException.storeUnavailable(failure);
        }
        if (state(failure, NOT_TEXT::contains)) {
            return new SluiceException(ProblemCode.INVALID_REQUEST, "Text must not contain the character U+0000.");
        }
        return failure;
    }

    /** The database cannot be reached, cannot take more, is going down or is not the one that writes. */
    static boolean unavailable(Throwable failure) {
        return find(failure, IOException.class, any -> true) != null
                || find(failure, TimeoutException.class, any -> true) != null
                || find(failure, ClosedConnectionException.class, any -> true) != null
                // What the pool says when nothing came free in time, or when it is being closed.
                || find(failure, NoStackTraceThrowable.class, any -> true) != null
                || find(failure, VertxException.class, any -> true) != null
                || state(failure, Failures::unavailableState);
    }

    private static boolean unavailableState(String state) {
        return state.startsWith("08")
                || state.startsWith("53")
                || state.startsWith("57P0")
                || state.equals(READ_ONLY)
                || state.equals(QUERY_CANCELED);
    }

    /** Another transaction was in the way; the same one may well succeed if tried again. */
    static boolean lostRace(Throwable failure) {
        return state(failure, LOST_RACES::contains);
    }

    /** The row would break that unique constraint. */
    static boolean violates(Throwable failure, String constraint) {
        return find(failure, ConstraintViolationException.class, e -> constraint.equals(e.getConstraintName())) != null;
    }

    /** The error code stands in the client's own exception or, once Hibernate has seen that, in JDBC's. */
    private static boolean state(Throwable failure, Predicate<String> wanted) {
        return find(failure, PgException.class, e -> e.getSqlState() != null && wanted.test(e.getSqlState())) != null
                || find(failure, SQLException.class, e -> e.getSQLState() != null && wanted.test(e.getSQLState()))
                        != null;
    }

    private static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> kind, Predicate<T> wanted) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause) && wanted.test(kind.cast(cause))) {
                return kind.cast(cause);
            }
        }
        return null;
    }
}
