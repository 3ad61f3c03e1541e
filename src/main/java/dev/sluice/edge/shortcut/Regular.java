package dev.sluice.edge.shortcut;

/**
 * Who asks the same over and over, on one connection.
 */
public interface Regular {

    /** The path it asks for, which nobody else does. */
    String path();

    /**
     * Whether that one asks for the same and comes from the same place: only who came twice is expected again, since
     * clients behind a proxy may take turns on one connection.
     */
    default boolean isLike(Regular other) {
        return equals(other);
    }

    /**
     * It comes again: with the same path, and a head that is in nothing but the query another one than before. On its
     * connection's context.
     *
     * @param query as it came, without the question mark; empty where there is none
     * @return false where it has to go the usual way; nothing was done for it then
     */
    boolean comes(String query, Again again);
}
