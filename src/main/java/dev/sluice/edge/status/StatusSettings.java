package dev.sluice.edge.status;

import java.time.Duration;
import java.util.List;

/**
 * What status pages are told of Socket.IO, and how long they may keep it.
 *
 * @param path of Socket.IO's URLs, with a slash at its end
 * @param maxAge for clients that poll
 * @param maxAgeWithWebSocket for clients that hear of changes anyway
 */
public record StatusSettings(
        String path,
        List<String> namespaces,
        boolean recovery,
        Duration pingInterval,
        Duration pingTimeout,
        int maxPayload,
        Duration maxAge,
        Duration maxAgeWithWebSocket) {}
