package dev.sluice.edge.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.delivery.channel.Attributes;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.edge.client.ClientAttributes;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonFrames;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What is kept of a socket with its session: its public id and where it belongs. No secret is in it. */
record SocketIoAttributes(String sid, String namespace, ClientAttributes client) implements Attributes {

    @Override
    public String text() {
        return JsonFrames.bytes(out -> {
                    out.writeStringField("sid", sid);
                    out.writeStringField("namespace", namespace);
                    client.writeFields(out);
                })
                .asString();
    }

    static SocketIoAttributes of(ChannelSession session) {
        Attributes kept = session.client().attributes();
        return kept instanceof SocketIoAttributes own ? own : read(kept.text());
    }

    private static SocketIoAttributes read(String text) {
        try {
            JsonNode stored = Json.MAPPER.readTree(text);
            return new SocketIoAttributes(
                    stored.path("sid").asText(), stored.path("namespace").asText(), ClientAttributes.read(stored));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // written above
        }
    }
}
