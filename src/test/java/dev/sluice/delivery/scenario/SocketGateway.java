package dev.sluice.delivery.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.ChannelName;
import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.delivery.ManualClock;
import dev.sluice.delivery.channel.ChannelLimits;
import dev.sluice.delivery.channel.ChannelPolicies;
import dev.sluice.delivery.channel.ChannelPolicy;
import dev.sluice.delivery.channel.ChannelPolicy.Overflow;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.delivery.channel.MemoryDurableLog;
import dev.sluice.delivery.channel.MemoryNode;
import dev.sluice.delivery.channel.MemorySessionStore;
import dev.sluice.delivery.channel.NewPublication;
import dev.sluice.delivery.channel.StreamPosition;
import dev.sluice.delivery.mailbox.MailboxLimits;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.session.SessionLimits;
import dev.sluice.delivery.upstream.ClientMessage;
import dev.sluice.edge.socketio.SocketIoSeats;
import dev.sluice.edge.socketio.StoryReception;
import dev.sluice.protocol.engineio.EngineConnection;
import dev.sluice.protocol.engineio.EngineObserver;
import dev.sluice.protocol.engineio.EngineSettings;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.socketio.SocketIoArgs;
import dev.sluice.protocol.socketio.SocketIoClient;
import dev.sluice.protocol.socketio.SocketIoConnection;
import dev.sluice.protocol.socketio.SocketIoSettings;
import dev.sluice.protocol.socketio.SocketIoSocket;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The gateway of a Socket.IO story: everything in it is real but its loops, its clock, its database and its sockets. */
final class SocketGateway {
    static final String ROOT = "/";
    /** Far enough below the grace that no look at the clock comes late. */
    static final Duration SURELY_KEPT = Duration.ofSeconds(85);

    /** How long who asks a client waits. */
    static final Duration PATIENCE = Duration.ofSeconds(7);

    /** A namespace stands for the channel of its name; the others are rooms of the root. */
    static final List<String> NAMESPACES = List.of(ROOT, "/d", "/few");

    static final List<String> ROOMS = List.of("kept", "v", "old", "key");

    private static final long MANY_BYTES = 1L << 40;
    /** Ids are as long as real ones. */
    private static final long FIRST_ID = 1_000_000_000_000L;

    private static final Map<String, ChannelPolicy> POLICIES = policies();
    private static final EngineSettings ENGINE = new EngineSettings(
            Duration.ofSeconds(25), Duration.ofSeconds(20), Duration.ofSeconds(10), 1_000_000, 100_000);
    private static final SocketIoSettings SOCKET_IO = new SocketIoSettings(Duration.ofSeconds(45), 1_000_000);

    /** A connection that has to be told the time. */
    private record Open(EngineConnection connection, StoryHome home) {}

    private record Alarm(Runnable task, StoryHome home) {}

    final Script script;
    final SocketModel model;
    final ManualClock clock = new ManualClock();
    final boolean roomy;
    private final MemoryDurableLog log = new MemoryDurableLog();
    private final MemorySessionStore store = new MemorySessionStore();
    private final List<StoryHome> homes =
            List.of(new StoryHome("broker"), new StoryHome("writer"), new StoryHome("one"), new StoryHome("two"));
    private final ChannelLimits limits;
    private final List<Open> connections = new ArrayList<>();
    private final List<Alarm> alarms = new ArrayList<>();
    private final MemoryNode.Ground ground =
            new MemoryNode.Ground(clock, log, store, homes.get(0), homes.get(1), this::text);
    private MemoryNode node;
    private SocketIoSeats seats;
    private boolean hadTrouble;
    private @Nullable StoryHome busy;
    private int texts;
    private int events;

    private static Map<String, ChannelPolicy> policies() {
        Map<String, ChannelPolicy> all = new LinkedHashMap<>();
        all.put("d", policy(200, true, Overflow.CLOSE));
        all.put("few", policy(6, true, Overflow.CLOSE));
        all.put("kept", policy(200, true, Overflow.CLOSE));
        all.put("v", policy(200, false, Overflow.CLOSE));
        all.put("old", policy(200, true, Overflow.DROP_OLDEST));
        all.put("key", policy(200, true, Overflow.CONFLATE));
        return all;
    }

    private static ChannelPolicy policy(int size, boolean durable, Overflow overflow) {
        return new ChannelPolicy(size, 1 << 20, Duration.ofHours(10), durable, overflow);
    }

    SocketGateway(Script script, SocketModel model) {
        this.script = script;
        this.model = model;
        this.roomy = script.chance(60);
        MailboxLimits mailbox = roomy ? MailboxLimits.DEFAULT : new MailboxLimits(2_500, 9, Duration.ofSeconds(30));
        this.limits = new ChannelLimits(
                new SessionLimits(Duration.ofSeconds(100), Duration.ofMinutes(2), Duration.ofSeconds(30)),
                mailbox,
                100,
                5,
                100,
                100_000,
                script.perTurn(),
                Duration.ofSeconds(30));
        start();
    }

    // ---- its lives

    private void start() {
        ChannelPolicies.Rule[] rules = POLICIES.entrySet().stream()
                .map(each -> new ChannelPolicies.Rule(each.getKey(), each.getValue()))
                .toArray(ChannelPolicies.Rule[]::new);
        ChannelPolicies policies = new ChannelPolicies(List.of(rules), ChannelPolicy.DEFAULT);
        node = ground.start(policies, limits, MANY_BYTES);
        seats = new SocketIoSeats(clock);
        node.sessions().onEnded(seats::ended);
    }

    private String text() {
        return "t" + ++texts;
    }

    void kill() {
        script.say("the gateway is killed");
        homes.forEach(StoryHome::dropAll);
        connections.clear();
        alarms.clear();
        model.killed();
        isWell();
        start();
        POLICIES.keySet()
                .forEach(channel ->
                        model.channels.are(channel, (int) head(channel).offset()));
    }

    boolean isDurable(String channel) {
        return policyOf(channel).durable();
    }

    int sizeOf(String channel) {
        return policyOf(channel).size();
    }

    Overflow overflowOf(String channel) {
        return policyOf(channel).overflow();
    }

    // ---- its database

    /** The log, the store, or both fail from now on, or work again. */
    void mood() {
        MemoryDurableLog.Mood mood = script.oneOf(MemoryDurableLog.Mood.values());
        boolean storeAway = script.chance(40);
        hadTrouble = true;
        script.say("the log is %s, the store is %s", mood, storeAway ? "away" : "well");
        log.mood(mood);
        store.away(storeAway);
    }

    void isWell() {
        log.mood(MemoryDurableLog.Mood.WELL);
        store.away(false);
    }

    /** Whether anything failed so far. */
    boolean hadTrouble() {
        return hadTrouble;
    }

    private static ChannelPolicy policyOf(String channel) {
        return POLICIES.get(channel);
    }

    // ---- its connections

    StoryHome anyLoop() {
        StoryHome any = homes.get(2 + script.below(2));
        return any == busy ? homes.get(any == homes.get(2) ? 3 : 2) : any;
    }

    EngineConnection connection(String name, StoryHome home) {
        EngineConnection connection = new EngineConnection(
                name, home, ENGINE, clock, (interval, task) -> alarm(new Alarm(task, home)), new EngineObserver() {
                    @Override
                    public void webSocketWorks() {}

                    @Override
                    public void webSocketFailed(@Nullable Disconnect why) {}

                    @Override
                    public void webSocketEnded(@Nullable Disconnect why) {}
                });
        StoryReception reception = new StoryReception(node.sessions(), seats, connection, new Application(), this::id);
        Open open = new Open(connection, home);
        connection.serve(new SocketIoConnection(connection, reception, SOCKET_IO, clock), () -> {
            script.say("  %s is over", name);
            connections.remove(open);
        });
        connections.add(open);
        return connection;
    }

    private String id() {
        return "id-" + (FIRST_ID + ++texts);
    }

    private Runnable alarm(Alarm alarm) {
        alarms.add(alarm);
        return () -> alarms.remove(alarm);
    }

    /** The application behind the gateway: it answers with what it heard. */
    private final class Application implements SocketIoClient {
        @Override
        public boolean maySubscribe(ChannelName channel) {
            return true;
        }

        @Override
        public @Nullable String subject() {
            return null;
        }

        @Override
        public long expiresAtMillis() {
            return Long.MAX_VALUE;
        }

        @Override
        public Uni<@Nullable Payload> tell(ClientMessage message) {
            StringBuilder said = new StringBuilder();
            json(message.data().asString())
                    .forEach(part -> said.append(part.isTextual() ? part.textValue() : inBinary(part)));
            model.applicationHears(said.toString());
            return Uni.createFrom().item(message.data());
        }
    }

    private static String inBinary(JsonNode said) {
        try {
            return new String(said.path("data_base64").binaryValue(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- what it is asked for

    /** The number of the last event that was published. */
    int events() {
        return events;
    }

    void publish(String channel) {
        String event = "e" + ++events;
        model.channels.attempted(channel);
        script.say("publish %s on %s", event, channel);
        Payload data = script.chance(20)
                ? new Payload(event.getBytes(StandardCharsets.UTF_8), false)
                : Payload.text("\"" + event + "\"");
        node.broker()
                .publish(List.of(new NewPublication(new ChannelName(channel), "e", data, keyOf(events), null, null)))
                .subscribe()
                .with(
                        places -> model.channels.isAt(
                                channel, places.get(0).epoch(), places.get(0).offset(), event),
                        failure -> script.check(hadTrouble(), "not published: %s", failure));
    }

    private static String keyOf(int event) {
        return "k" + event % 3;
    }

    /** Says something to one socket alone, if its session is here. */
    void tell(@Nullable String pid) {
        ChannelSession session = pid == null ? null : node.sessions().find(new SessionId(pid));
        if (session == null) {
            return;
        }
        String word = "w" + ++events;
        script.say("tell %s %s", pid, word);
        Runnable promised = model.says(pid, word);
        SocketIoSocket.emit(session, "word", SocketIoArgs.of(json("[\"" + word + "\"]")), clock.millis())
                .subscribe()
                // What cannot be stored is said all the same.
                .with(done -> promised.run(), failure -> script.say("  %s is not promised", word));
    }

    /** Asks a socket that is connected, or says something to it that is worth nothing later. */
    void ask(@Nullable String sid, boolean awaits) {
        SocketIoSocket socket = sid == null ? null : StoryReception.connected(seats, sid);
        if (socket == null) {
            return;
        }
        String text = (awaits ? "a" : "v") + ++events;
        script.say("%s %s %s", awaits ? "ask" : "say by the way to", sid, text);
        // A library takes a text at the end of an event that awaits nothing for its place: no application sends one.
        SocketIoArgs args = SocketIoArgs.of(json((awaits ? "[\"%s\"]" : "[{\"text\":\"%s\"}]").formatted(text)));
        if (awaits) {
            socket.emitForAck("ask", args, clock.millis() + PATIENCE.toMillis(), model.asks.asks(text));
        } else {
            model.asks.says(text);
            socket.emitVolatile("vol", args);
        }
    }

    StreamPosition head(String channel) {
        StreamPosition[] head = new StreamPosition[1];
        node.broker().head(new ChannelName(channel)).subscribe().with(found -> head[0] = found);
        runAll();
        return head[0];
    }

    // ---- time and loops

    void run(int tasks) {
        for (int i = 0; i < tasks; i++) {
            StoryHome home = homes.get(script.below(homes.size()));
            if (home != busy) {
                home.runNext();
            }
        }
    }

    /** That loop is busy with something else until everybody has had a turn. */
    void isBusy(StoryHome loop) {
        busy = loop;
        script.say("%s is busy", busy.name);
    }

    void runAll() {
        busy = null;
        boolean ran = true;
        for (int i = 0; ran && i < 10_000; i++) {
            ran = false;
            for (StoryHome home : homes) {
                ran |= home.runNext();
            }
        }
        script.check(!ran, "the gateway never comes to rest");
    }

    void ring() {
        List.copyOf(alarms).forEach(alarm -> alarm.home().execute(alarm.task()));
    }

    void pass(Duration time) {
        script.say("%d s pass", time.toSeconds());
        clock.advance(time);
        for (StoryHome home : homes) {
            home.here(() -> {
                node.registry().tick((Home) home, clock.millis());
                node.sessions().tick(home, clock.millis());
                for (Open open : List.copyOf(connections)) {
                    if (open.home() == home) {
                        open.connection().tick(clock.millis());
                    }
                }
            });
        }
        node.broker().tick(clock.millis());
        ring();
    }

    void memoryRunsShort() {
        script.say("memory runs short");
        node.budget().add(MANY_BYTES);
        homes.forEach(home -> home.here(() -> node.sessions().tick(home, clock.millis())));
        node.budget().add(-MANY_BYTES);
    }
}
