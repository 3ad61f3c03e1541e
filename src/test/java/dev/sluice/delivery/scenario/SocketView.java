package dev.sluice.delivery.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.Payload;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One namespace as its client knows it, and what it may be told next. */
final class SocketView {
    final String namespace;
    private final String client;
    private final SocketGateway gateway;
    private final Script script;
    private final SocketModel model;

    // ---- what the library keeps
    boolean connected;
    boolean connecting;

    @Nullable
    String pid;

    private @Nullable String sid;

    /** The last event's; of the session before where the present one had none. */
    @Nullable
    String offset;

    private boolean offsetIsOfThis;

    // ---- what it has
    final SocketRooms rooms;
    private int words;

    // ---- what it is owed
    private long aliveAt;
    private boolean mayBeLost;
    private boolean killed;
    /** It left by itself: what is said to it until it connects again is for nobody. */
    private boolean left;

    SocketView(String client, String namespace, SocketGateway gateway) {
        this.client = client + " in " + namespace;
        this.namespace = namespace;
        this.gateway = gateway;
        this.script = gateway.script;
        this.model = gateway.model;
        String own = namespace.equals(SocketGateway.ROOT) ? null : namespace.substring(1);
        this.rooms = new SocketRooms(this.client, own, gateway);
    }

    /** Its public id; null before it was ever connected. */
    @Nullable
    String sid() {
        return sid;
    }

    // ---- CONNECT

    /** What is sent to connect, behind the namespace. */
    String auth() {
        connecting = true;
        rooms.connects();
        if (pid == null) {
            return "";
        }
        return offset == null
                ? "{\"pid\":\"%s\"}".formatted(pid)
                : "{\"pid\":\"%s\",\"offset\":\"%s\"}".formatted(pid, offset);
    }

    void connected(JsonNode told) {
        script.check(connecting, "%s was told twice that it is connected", client);
        String newSid = told.path("sid").textValue();
        String newPid = told.path("pid").textValue();
        boolean recovered = newPid != null && newPid.equals(pid);
        script.check(newSid != null && newPid != null, "%s is connected as nobody", client);
        script.check(recovered == newSid.equals(sid), "%s comes back as somebody else", client);
        if (recovered) {
            comesBack();
        } else {
            beginsAnew();
        }
        sid = newSid;
        pid = newPid;
        connecting = false;
        connected = true;
        left = false;
        aliveAt = gateway.clock.millis();
    }

    /** The gateway cannot let it in now. */
    void refused(JsonNode why) {
        script.check(connecting && gateway.hadTrouble(), "%s was refused: %s", client, why);
        connecting = false;
    }

    private void comesBack() {
        rooms.comesBack(killed);
        killed = false;
    }

    private void beginsAnew() {
        boolean inTime = gateway.clock.millis() - aliveAt < SocketGateway.SURELY_KEPT.toMillis();
        script.check(
                pid == null
                        || mayBeLost
                        || killed
                        || !inTime
                        || !gateway.roomy
                        || offset != null && !offsetIsOfThis
                        || rooms.historyMayBeTooShort(),
                "%s was to begin anew although nothing was lost",
                client);
        rooms.beginsAnew();
        words = 0;
        offsetIsOfThis = false;
        mayBeLost = false;
        killed = false;
    }

    // ---- events

    /** A library takes no place from an event that awaits its answer. */
    void asked(JsonNode args) {
        script.check(connected, "%s got %s before it was connected", client, args);
        model.asks.hears(client, args.path(1).asText());
    }

    void event(JsonNode args, List<Payload> attachments) {
        script.check(connected, "%s got %s before it was connected", client, args);
        switch (args.path(0).asText()) {
            case "e" -> {
                JsonNode data = args.path(1);
                String text = attachments.isEmpty()
                        ? data.asText()
                        : new String(attachments.get(0).bytes(), StandardCharsets.UTF_8);
                rooms.published(args.path(2), text);
            }
            case "word" -> words = model.hears(client, pid, words, args.path(1).asText());
            case "vol" -> model.asks.hears(client, args.path(1).path("text").asText());
            case "gap" -> rooms.gap(args.path(1));
            case "subscribed" -> rooms.lost(args.path(1));
            default -> script.check(false, "%s got %s", client, args);
        }
        JsonNode last = args.path(args.size() - 1);
        if (last.isTextual()) {
            offset = last.textValue();
            offsetIsOfThis = true;
        }
    }

    // ---- what happens to it

    /** Its session is over when the gateway hears of it, and may not be where that never does. */
    void leaves() {
        cut();
        left = true;
        mayBeLost = true;
    }

    boolean hasLeft() {
        return left;
    }

    void cut() {
        connected = false;
        connecting = false;
    }

    void gatewayDied() {
        killed = true;
        mayBeLost = true;
    }

    /** From now on it may be told that it begins anew. */
    void mayBeLost() {
        mayBeLost = true;
    }

    /** Its connection is there, as far as the gateway knows. */
    void isAlive() {
        aliveAt = gateway.clock.millis();
    }

    // ---- the end

    void hasEverything() {
        script.check(connected, "%s is never connected", client);
        model.hasHeardAll(client, pid, words);
        rooms.hasEverything();
    }
}
