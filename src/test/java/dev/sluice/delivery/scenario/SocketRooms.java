package dev.sluice.delivery.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.delivery.channel.ChannelPolicy.Overflow;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The channels of one namespace as its client knows them: where it is in each, which it asked for or asked to leave
 * without an answer so far, and what it may be told next.
 */
final class SocketRooms {
    /** A place in a channel; where none is known so far, the first event may be that one at the latest. */
    private record At(@Nullable String epoch, long offset, long latest) {
        boolean isKnown() {
            return epoch != null;
        }
    }

    private final String client;
    private final @Nullable String own;
    private final SocketGateway gateway;
    private final Script script;
    private final ChannelModel model;
    private final Map<String, At> channels = new HashMap<>();
    /** What was dropped, up to there, and may come all the same where the history is read again. */
    private final Map<String, Long> gaps = new HashMap<>();
    /** By the number of the request that is not answered. */
    private final Map<String, Integer> joining = new HashMap<>();

    private final Map<String, Integer> leaving = new HashMap<>();
    /** How far its channels surely were when it asked to connect. */
    private final Map<String, Long> headsAtConnect = new HashMap<>();
    /** The same for the channel of its namespace, and when it became who it is. */
    private long headAtConnect;

    private long headAtBegin;

    /** @param own the namespace's channel; null for the root, which has none */
    SocketRooms(String client, @Nullable String own, SocketGateway gateway) {
        this.client = client;
        this.own = own;
        this.gateway = gateway;
        this.script = gateway.script;
        this.model = gateway.model.channels;
    }

    // ---- CONNECT

    void connects() {
        headsAtConnect.clear();
        channels.keySet().forEach(channel -> headsAtConnect.put(channel, model.known(channel)));
        headAtConnect = own == null ? 0 : model.known(own);
    }

    void comesBack(boolean killed) {
        if (!killed) {
            return;
        }
        for (String channel : channels.keySet()) {
            script.check(
                    gateway.isDurable(channel) || leaving.containsKey(channel),
                    "%s was told that nothing of %s is missing",
                    client,
                    channel);
        }
        // The life of a history that is empty is not stored, and nothing of it can be missing.
        channels.replaceAll((channel, at) -> at.offset() == 0 ? new At(null, -1, 1) : at);
    }

    void beginsAnew() {
        channels.clear();
        gaps.clear();
        joining.clear();
        leaving.clear();
        headAtBegin = headAtConnect;
        if (own != null) {
            channels.put(own, new At(null, -1, model.attempts(own) + 1));
        }
    }

    /** Where it was cut while it was still catching up, the mailbox does not hold what is missing. */
    boolean historyMayBeTooShort() {
        return channels.entrySet().stream().anyMatch(each -> {
            long has = each.getValue().isKnown() ? each.getValue().offset() : headAtBegin;
            return model.mayBeGone(each.getKey(), has + 1, gateway.sizeOf(each.getKey()));
        });
    }

    // ---- what it asks for

    void asks(String room, int number) {
        joining.put(room, number);
    }

    void leaves(String room, int number) {
        leaving.put(room, number);
    }

    void joined(int number, JsonNode told) {
        String channel = told.path("channel").asText();
        At here = new At(told.path("epoch").asText(), told.path("offset").asLong(), 0);
        boolean mayHaveLeft = leaving.containsKey(channel);
        joining.remove(channel, number);
        if (leaving.getOrDefault(channel, Integer.MAX_VALUE) < number) {
            leaving.remove(channel);
        }
        At now = channels.get(channel);
        if (now == null || mayHaveLeft && here.offset() > now.offset()) {
            channels.put(channel, here);
        }
    }

    /** That it is not in the channel is certain then. */
    void refused(String channel, int number) {
        script.check(
                gateway.hadTrouble() || leaving.containsKey(channel), "%s may not subscribe to %s", client, channel);
        script.check(
                !channels.containsKey(channel) || leaving.containsKey(channel),
                "%s was refused %s, which it has",
                client,
                channel);
        joining.remove(channel, number);
        channels.remove(channel);
    }

    void left(int number, JsonNode told) {
        String channel = told.path("channel").asText();
        leaving.remove(channel, number);
        if (joining.getOrDefault(channel, Integer.MAX_VALUE) < number) {
            joining.remove(channel);
        }
        channels.remove(channel);
        gaps.remove(channel);
    }

    // ---- what it is told

    void published(JsonNode place, String data) {
        String channel = place.path("channel").asText();
        String epoch = place.path("epoch").asText();
        long at = place.path("offset").asLong();
        model.isAt(channel, epoch, at, data);
        At now = channels.get(channel);
        script.check(
                now != null || joining.containsKey(channel), "%s got %s before it was subscribed", client, channel);
        if (now != null && now.isKnown()) {
            script.check(epoch.equals(now.epoch()), "%s got %s of another epoch", client, channel);
            script.check(at > now.offset(), "doubled: %s got %s %d again", client, channel, at);
            script.check(follows(channel, now, at), "a silent gap: %s got %s %d after %s", client, channel, at, now);
        } else if (now != null) {
            script.check(
                    at <= now.latest() || mayHaveJoinedAnew(channel),
                    "a silent gap: %s begins with %s %d",
                    client,
                    channel,
                    at);
        }
        channels.put(channel, new At(epoch, at, 0));
    }

    private boolean follows(String channel, At now, long at) {
        return at == now.offset() + 1
                || at <= gaps.getOrDefault(channel, -1L) + 1
                || gateway.overflowOf(channel) == Overflow.CONFLATE
                || mayHaveJoinedAnew(channel);
    }

    /** It left and came again, as far as it knows, and what was in between is none of its. */
    private boolean mayHaveJoinedAnew(String channel) {
        return leaving.containsKey(channel) && joining.containsKey(channel);
    }

    /** Something in the middle was dropped. */
    void gap(JsonNode told) {
        String channel = told.path("channel").asText();
        long from = told.path("from").asLong();
        long to = told.path("to").asLong();
        At now = channels.get(channel);
        script.check(gateway.overflowOf(channel) == Overflow.DROP_OLDEST, "%s got a gap in %s", client, channel);
        script.check(
                now != null || joining.containsKey(channel), "%s got a gap in %s, which it has not", client, channel);
        if (now != null && now.isKnown()) {
            long known = Math.max(now.offset(), gaps.getOrDefault(channel, -1L));
            boolean joins = from <= known + 1 || mayHaveJoinedAnew(channel);
            script.check(from > now.offset() && joins && to >= from, "a gap %d to %d at %s", from, to, now);
        }
        gaps.put(channel, to);
    }

    /** It is told that it lost its place in a channel. */
    void lost(JsonNode told) {
        String channel = told.path("channel").asText();
        String epoch = told.path("epoch").asText();
        At now = channels.get(channel);
        script.check(!told.path("recovered").asBoolean(), "%s was told of a channel that it has", client);
        script.check(now != null || joining.containsKey(channel), "%s was told of %s, which it left", client, channel);
        if (now != null && now.isKnown()) {
            script.check(
                    model.mayBeGone(channel, now.offset() + 1, gateway.sizeOf(channel))
                            || mayHaveJoinedAnew(channel)
                            || gateway.hadTrouble() && !epoch.equals(now.epoch()),
                    "%s was told that %s is lost from %s on",
                    client,
                    channel,
                    now);
            script.check(
                    model.attempts(channel) > headsAtConnect.getOrDefault(channel, 0L) || gateway.hadTrouble(),
                    "%s came back and had lost %s",
                    client,
                    channel);
        }
        channels.put(channel, new At(epoch, told.path("offset").asLong(), 0));
    }

    // ---- the end

    /** Of what it asked to leave nothing is owed. */
    void hasEverything() {
        channels.forEach((channel, at) -> {
            At head =
                    new At(gateway.head(channel).epoch(), gateway.head(channel).offset(), 0);
            script.check(
                    at.equals(head) || leaving.containsKey(channel),
                    "a silent gap: %s has %s of %s, whose head is %s",
                    client,
                    at,
                    channel,
                    head);
        });
    }

    boolean has(String room) {
        return channels.containsKey(room);
    }
}
