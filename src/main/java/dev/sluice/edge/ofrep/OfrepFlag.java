package dev.sluice.edge.ofrep;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import java.util.Locale;

/** The flags that can be evaluated, in the order of the bulk answer. */
enum OfrepFlag {
    /** Boolean: whether any client may have a WebSocket. */
    WEBSOCKET_ENABLED,
    /** Boolean: whether a client in the rollout may poll. */
    FALLBACK_ENABLED,
    /** Number: the share of clients that is offered WebSocket, the guard's ceiling included. */
    ROLLOUT_PERCENTAGE,
    /** String: how the client that {@code targetingKey} names is served. */
    CONNECTION_MODE;

    private final String key = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The name that providers ask by. */
    String key() {
        return key;
    }

    /** @throws SluiceException {@code not-found} */
    static OfrepFlag parse(String key) {
        for (OfrepFlag flag : values()) {
            if (flag.key.equals(key)) {
                return flag;
            }
        }
        throw new SluiceException(ProblemCode.NOT_FOUND, "There is no such flag.");
    }
}
