package dev.sluice.edge.socketio;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.protocol.engineio.EngineConnection;
import dev.sluice.protocol.engineio.EngineUser;
import org.jspecify.annotations.Nullable;

/** Says every message back: to try a client, a proxy or a protocol suite against the bare transport. */
final class Echo implements EngineUser {
    private final EngineConnection connection;

    Echo(EngineConnection connection) {
        this.connection = connection;
    }

    @Override
    public void message(Payload data) {
        connection.send(data.text() ? Payload.text("4" + data.asString()) : data);
    }

    @Override
    public void closed(@Nullable Disconnect why) {
        // Nothing is kept.
    }
}
