package dev.sluice.protocol.agent;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import java.util.UUID;

/**
 * The cursor of a polling agent: the number of the last command it has, with a mark of its cluster so that a cursor
 * from another life is told apart. Opaque to agents. Made of what is in the database, so it outlives restarts.
 */
public final class AgentCursor {
    private AgentCursor() {}

    public static String write(UUID clusterId, long number) {
        return mark(clusterId) + "." + number;
    }

    /** @throws SluiceException {@code gone} for a cursor that this cluster never got */
    public static long read(UUID clusterId, String cursor) {
        int dot = cursor.indexOf('.');
        if (dot < 0) {
            throw SluiceException.invalid("after", "a cursor as answered by a poll");
        }
        if (!cursor.substring(0, dot).equals(mark(clusterId))) {
            throw new SluiceException(ProblemCode.GONE);
        }
        try {
            return Long.parseUnsignedLong(cursor.substring(dot + 1));
        } catch (NumberFormatException e) {
            throw SluiceException.invalid("after", "a cursor as answered by a poll");
        }
    }

    private static String mark(UUID clusterId) {
        return clusterId.toString().substring(0, 8);
    }
}
