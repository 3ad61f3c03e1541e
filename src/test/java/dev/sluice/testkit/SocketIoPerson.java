package dev.sluice.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One Socket.IO client by hand, over a WebSocket from the start: connects to a namespace, takes what comes, and keeps what
 * its library would keep to recover.
 */
public final class SocketIoPerson implements AutoCloseable {
    private final EngineWire wire;
    private final String namespace;
    private final String query;
    private @Nullable EngineSocketWire socket;
    private @Nullable String sid;
    private @Nullable String pid;
    private @Nullable String offset;
    private boolean recovered;
    private int acks;

    /** @param query of the handshake, beginning with {@code &}; or empty */
    public SocketIoPerson(URI gateway, String namespace, String query) {
        this.wire = new EngineWire(gateway, "/socket.io/");
        this.namespace = namespace;
        this.query = query;
    }

    private String prefix() {
        return namespace.equals("/") ? "" : namespace + ",";
    }

    /** Connects, with what it has from before; answers whether it recovered. */
    public boolean connect() {
        EngineSocketWire opened = wire.socket("EIO=4&transport=websocket" + query);
        socket = opened;
        opened.take();
        StringBuilder auth = new StringBuilder();
        if (pid != null) {
            auth.append("{\"pid\":\"").append(pid).append('"');
            if (offset != null) {
                auth.append(",\"offset\":\"").append(offset).append('"');
            }
            auth.append('}');
        }
        opened.send("40" + prefix() + auth);
        String connected = opened.takeText();
        String expected = "40" + prefix();
        if (!connected.startsWith(expected)) {
            throw new AssertionError("not connected: " + connected);
        }
        JsonNode answer = Json.read(connected.substring(expected.length()));
        String fresh = answer.path("pid").asText();
        recovered = fresh.equals(pid);
        pid = fresh;
        sid = answer.path("sid").asText();
        if (!recovered) {
            offset = null;
        }
        return recovered;
    }

    /** Emits an event and awaits its acknowledgement; events that come before are kept by nobody. */
    public JsonNode ask(String event, Object argument) {
        int id = acks++;
        open().send("42" + prefix() + id + Json.write(List.of(event, argument)));
        String ack = "43" + prefix() + id;
        String said = open().takeText();
        if (!said.startsWith(ack)) {
            throw new AssertionError("no acknowledgement: " + said);
        }
        return Json.read(said.substring(ack.length())).path(0);
    }

    /** The arguments of the next event, its name first, the offset taken off. */
    public List<JsonNode> event() {
        String said = open().takeText();
        String begin = "42" + prefix();
        if (!said.startsWith(begin)) {
            throw new AssertionError("no event: " + said);
        }
        List<JsonNode> all = new ArrayList<>();
        Json.read(said.substring(begin.length())).forEach(all::add);
        JsonNode last = all.get(all.size() - 1);
        if (last.isTextual() && last.textValue().contains("~")) {
            offset = last.textValue();
            all.remove(all.size() - 1);
        }
        return all;
    }

    public void send(String packet) {
        open().send(packet);
    }

    public EngineSocketWire open() {
        if (socket == null) {
            throw new AssertionError("not connected");
        }
        return socket;
    }

    public String sid() {
        return String.valueOf(sid);
    }

    public void cut() {
        open().cut();
    }

    @Override
    public void close() {
        if (socket != null && socket.isOpen()) {
            socket.cut();
        }
    }
}
