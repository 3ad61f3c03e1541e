package dev.sluice.probe;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.channel.Broker;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Over a WebSocket of its own, upgrade included. */
final class SocketTrip extends Trip {
    private final Loopback way;
    private @Nullable ClientWebSocket socket;
    private @Nullable String session;

    SocketTrip(Loopback way, Broker broker, ChannelName channel, String word) {
        super(broker, channel, word);
        this.way = way;
    }

    @Override
    void begin() {
        ClientWebSocket opened = way.sockets().webSocket();
        socket = opened;
        opened.textMessageHandler(text -> heard(opened, new JsonObject(text)));
        opened.closeHandler(closed -> fail("closed " + opened.closeStatusCode()));
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost(way.host())
                .setPort(way.port().getAsInt())
                .setURI("/ws")
                // It is no page: the address it takes is not the one that pages know the gateway under.
                .setAllowOriginHeader(false)
                .addHeader("Authorization", way.authorization());
        opened.connect(options).onFailure(this::fail);
    }

    private void heard(ClientWebSocket from, JsonObject frame) {
        if ("welcome".equals(frame.getString("type"))) {
            session = frame.getJsonObject("payload").getString("session_id");
            from.writeTextMessage(subscription().encode());
        } else {
            frame(frame);
        }
    }

    @Override
    void end() {
        ClientWebSocket open = socket;
        String left = session;
        if (open != null && left != null) {
            open.close();
        }
        if (left != null) {
            way.forget(left);
        }
    }
}
