package dev.sluice.bench;

import com.corundumstudio.socketio.AckRequest;
import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.SocketIOClient;
import com.corundumstudio.socketio.SocketIOServer;
import com.corundumstudio.socketio.Transport;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;

/** netty-socketio with the least that the clients need: rooms to subscribe to, and a port to publish at. */
public final class NettySocketIo {
    private static final ObjectMapper JSON = new ObjectMapper();

    private NettySocketIo() {}

    /** Arguments: port, event loops. Publishes at the port above. */
    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(args[0]);
        Configuration options = new Configuration();
        options.setHostname(Target.HOST);
        options.setPort(port);
        options.setBossThreads(1);
        options.setWorkerThreads(Integer.parseInt(args[1]));
        options.setTransports(Transport.WEBSOCKET, Transport.POLLING);
        SocketIOServer server = new SocketIOServer(options);
        server.addEventListener("subscribe", Map.class, NettySocketIo::subscribe);
        server.start();
        HttpServer publishing = HttpServer.create(new InetSocketAddress(Target.HOST, port + 1), 0);
        publishing.createContext("/", exchange -> {
            try (exchange) {
                for (JsonNode event : JSON.readTree(exchange.getRequestBody())) {
                    String channel = event.get("channel").textValue();
                    server.getRoomOperations(channel)
                            .sendEvent(
                                    event.get("event").textValue(),
                                    JSON.convertValue(event.get("data"), Map.class),
                                    Map.of("channel", channel, "epoch", "0123456789ab", "offset", 1));
                }
                exchange.sendResponseHeaders(200, -1);
            }
        });
        publishing.start();
    }

    private static void subscribe(SocketIOClient client, Map<?, ?> asked, AckRequest ack) {
        client.joinRoom(String.valueOf(asked.get("channel")));
        ack.sendAckData(Map.of("ok", true));
    }
}
