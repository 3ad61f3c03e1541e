package dev.sluice.edge.socketio;

import dev.sluice.protocol.engineio.EngineSettings;
import dev.sluice.protocol.socketio.SocketIoSettings;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an operator may choose, with the reference's names where it has them.
 *
 * @param path of the URLs, without a slash at its end
 * @param namespaces that exist besides {@code /}
 * @param recovery whether clients may come back to where they were
 * @param cookie the name of a cookie with the connection's id, for balancers; null for none
 * @param echoPath where every message is said back, to try the protocol out; null for nowhere
 */
public record SocketIoOptions(
        String path,
        Set<String> namespaces,
        boolean recovery,
        @Nullable String cookie,
        @Nullable String echoPath,
        EngineSettings engine,
        SocketIoSettings socketio) {}
