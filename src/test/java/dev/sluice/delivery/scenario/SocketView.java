package dev.sluice.delivery.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.Payload;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One namespace as its client knows it, and what it may be told next. */
final class SocketView {
    /** A place in a channel; where none is known so far, the first event may be that one at the latest. */
    private record At(@Nullable String epoch, long offset, long latest) {
        boolean isKnown() {
            return epoch != null;
        }
    }

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
    private final Map<String, At> channels = new HashMap<>();
    /** Rooms that it asked for and was not answered. */
    private final Set<String> maybe = new HashSet<>();

    private int words;

    // ---- what it is owed
    private long aliveAt;
    private boolean mayBeLost;
    private boolean killed;
    /** How far its channels surely were when it asked to connect. */
    private final Map<String, Long> headsAtConnect = new HashMap<>();
    /** The same for the channel of its namespace, and when it became who it is. */
    private long headAtConnect;

    private long headAtBegin;

    SocketView(String client, String namespace, SocketGateway gateway) {
        this.client = client + " in " + namespace;
        this.namespace = namespace;
        this.gateway = gateway;
        this.script = gateway.script;
        this.model = gateway.model;
    }

    boolean knows(String channel) {
        return channels.containsKey(channel);
    }

    // ---- CONNECT

    /** What is sent to connect, behind the namespace. */
    String auth() {
        connecting = true;
        headsAtConnect.clear();
        channels.keySet().forEach(channel -> headsAtConnect.put(channel, model.channels.known(channel)));
        headAtConnect = model.channels.known(namespace.substring(1));
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
        aliveAt = gateway.clock.millis();
    }

    private void comesBack() {
        for (String channel : channels.keySet()) {
            script.check(
                    !killed || gateway.isDurable(channel),
                    "%s was told that nothing of %s is missing",
                    client,
                    channel);
        }
        if (killed) {
            // The life of a history that is empty is not stored, and nothing of it can be missing.
            channels.replaceAll((channel, at) -> at.offset() == 0 ? new At(null, -1, 1) : at);
        }
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
                        || historyMayBeTooShort(),
                "%s was to begin anew although nothing was lost",
                client);
        channels.clear();
        maybe.clear();
        words = 0;
        offsetIsOfThis = false;
        mayBeLost = false;
        killed = false;
        headAtBegin = headAtConnect;
        if (!namespace.equals(SocketGateway.ROOT)) {
            String channel = namespace.substring(1);
            channels.put(channel, new At(null, -1, model.channels.attempts(channel) + 1));
        }
    }

    /** Where it was cut while it was still catching up, the mailbox does not hold what is missing. */
    private boolean historyMayBeTooShort() {
        return channels.entrySet().stream().anyMatch(each -> {
            long has = each.getValue().isKnown() ? each.getValue().offset() : headAtBegin;
            return model.channels.mayBeGone(each.getKey(), has + 1, gateway.sizeOf(each.getKey()));
        });
    }

    // ---- events

    void event(JsonNode args, List<Payload> attachments) {
        script.check(connected, "%s got %s before it was connected", client, args);
        switch (args.path(0).asText()) {
            case "e" -> {
                JsonNode data = args.path(1);
                String text = attachments.isEmpty()
                        ? data.asText()
                        : new String(attachments.get(0).bytes(), StandardCharsets.UTF_8);
                JsonNode place = args.path(2);
                published(
                        place.path("channel").asText(),
                        place.path("epoch").asText(),
                        place.path("offset").asLong(),
                        text);
            }
            case "word" -> words = model.hears(client, pid, words, args.path(1).asText());
            case "subscribed" -> lost(args.path(1));
            default -> script.check(false, "%s got %s", client, args);
        }
        JsonNode last = args.path(args.size() - 1);
        if (last.isTextual()) {
            offset = last.textValue();
            offsetIsOfThis = true;
        }
    }

    private void published(String channel, String epoch, long at, String data) {
        model.channels.isAt(channel, epoch, at, data);
        At now = channels.get(channel);
        script.check(now != null || maybe.contains(channel), "%s got %s before it was subscribed", client, channel);
        if (now != null && now.isKnown()) {
            script.check(epoch.equals(now.epoch()), "%s got %s of another epoch", client, channel);
            script.check(at > now.offset(), "doubled: %s got %s %d again", client, channel, at);
            script.check(at == now.offset() + 1, "a silent gap: %s got %s %d after %s", client, channel, at, now);
        } else if (now != null) {
            script.check(at <= now.latest(), "a silent gap: %s begins with %s %d", client, channel, at);
        }
        channels.put(channel, new At(epoch, at, 0));
    }

    /** It is told that it lost its place in a channel. */
    private void lost(JsonNode told) {
        String channel = told.path("channel").asText();
        At now = channels.get(channel);
        script.check(!told.path("recovered").asBoolean(), "%s was told of a channel that it has", client);
        if (now != null && now.isKnown()) {
            script.check(
                    model.channels.mayBeGone(channel, now.offset() + 1, gateway.sizeOf(channel)),
                    "%s was told that %s is lost from %s on",
                    client,
                    channel,
                    now);
            script.check(
                    model.channels.attempts(channel) > headsAtConnect.getOrDefault(channel, 0L),
                    "%s came back and had lost %s",
                    client,
                    channel);
        }
        channels.put(
                channel, new At(told.path("epoch").asText(), told.path("offset").asLong(), 0));
    }

    // ---- rooms

    void asks(String room) {
        maybe.add(room);
    }

    void subscribed(JsonNode told) {
        String channel = told.path("channel").asText();
        script.check(told.path("ok").asBoolean(), "%s may not subscribe: %s", client, told);
        maybe.remove(channel);
        channels.computeIfAbsent(
                channel,
                name -> new At(told.path("epoch").asText(), told.path("offset").asLong(), 0));
    }

    // ---- what happens to it

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
        channels.forEach((channel, at) -> {
            At head =
                    new At(gateway.head(channel).epoch(), gateway.head(channel).offset(), 0);
            script.check(at.equals(head), "a silent gap: %s has %s of %s, whose head is %s", client, at, channel, head);
        });
    }
}
