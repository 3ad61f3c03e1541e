package dev.sluice.edge.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.ChannelName;
import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.delivery.DirectHome;
import dev.sluice.delivery.ManualClock;
import dev.sluice.delivery.channel.ChannelLimits;
import dev.sluice.delivery.channel.ChannelPolicies;
import dev.sluice.delivery.channel.ChannelPolicy;
import dev.sluice.delivery.channel.MemoryNode;
import dev.sluice.delivery.channel.MemorySessionStore;
import dev.sluice.delivery.channel.NewPublication;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.session.Transport.Completion;
import dev.sluice.delivery.upstream.ClientMessage;
import dev.sluice.protocol.engineio.EngineConnection;
import dev.sluice.protocol.engineio.EngineObserver;
import dev.sluice.protocol.engineio.EngineSettings;
import dev.sluice.protocol.engineio.EngineSocket;
import dev.sluice.protocol.socketio.SocketIoArgs;
import dev.sluice.protocol.socketio.SocketIoClient;
import dev.sluice.protocol.socketio.SocketIoConnection;
import dev.sluice.protocol.socketio.SocketIoSettings;
import dev.sluice.protocol.socketio.SocketIoSocket;
import dev.sluice.testkit.Json;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The engine of one node and its Socket.IO side, all in memory, for clients with a WebSocket from the start. */
final class SmallGateway {
    private static final long BYTES = 100_000;
    private static final EngineSettings ENGINE = new EngineSettings(
            Duration.ofSeconds(25), Duration.ofSeconds(20), Duration.ofSeconds(10), 1_000_000, 1_000);

    final ManualClock clock = new ManualClock();
    final MemorySessionStore store;
    final SocketIoSeats seats = new SocketIoSeats(clock);
    private final DirectHome home = new DirectHome();
    private final MemoryNode.Ground ground;
    private final ChannelPolicy policy;
    private MemoryNode node;
    private int ids;

    SmallGateway(ChannelPolicy policy) {
        this.ground = MemoryNode.Ground.of(clock, home);
        this.policy = policy;
        this.store = ground.store();
        this.node = start();
    }

    private MemoryNode start() {
        return ground.start(new ChannelPolicies(List.of(), policy), ChannelLimits.DEFAULT, BYTES);
    }

    /** Killed, and started again with what is stored. */
    void restart() {
        node = start();
    }

    /** An engine connection that its client gets by. */
    final class Line implements EngineSocket {
        final List<String> said = new ArrayList<>();
        private final DirectHome at;
        final EngineConnection engine;

        @Nullable
        Disconnect closed;

        private Line(DirectHome at) {
            this.at = at;
            this.engine = new EngineConnection("sid", at, ENGINE, clock, (interval, task) -> () -> {}, new Unseen());
            StoryReception reception = new StoryReception(
                    node.sessions(), seats, engine, new Anybody(), () -> "an-id-long-enough-" + ++ids);
            SocketIoSettings settings = new SocketIoSettings(Duration.ofSeconds(45), 1_000);
            engine.serve(new SocketIoConnection(engine, reception, settings, clock), () -> {});
            engine.begin(this);
        }

        void says(String packet) {
            at.here(() -> engine.message(this, Payload.text("4" + packet)));
        }

        /** Time passed, and its client answers pings. */
        void passes() {
            at.here(() -> engine.tick(clock.millis()));
            if (!said.isEmpty() && said.get(said.size() - 1).equals("2")) {
                at.here(() -> engine.message(this, Payload.text("3")));
            }
        }

        void cut() {
            engine.socketGone(this, null);
        }

        /** The last that is said about that; empty where nothing is. */
        String last(String what) {
            List<String> all = said.stream().filter(each -> each.contains(what)).toList();
            return all.isEmpty() ? "" : all.get(all.size() - 1);
        }

        /** What it was told about itself. */
        String told(String field) {
            String answer = last("\"pid\"");
            return Json.read(answer.substring(answer.indexOf('{'))).path(field).textValue();
        }

        @Override
        public boolean writable() {
            return true;
        }

        @Override
        public void send(List<Payload> packets, Completion done) {
            packets.forEach(packet -> said.add(packet.asString()));
            done.done(true);
        }

        @Override
        public void close(Disconnect why) {
            closed = why;
        }
    }

    Line line() {
        return line(home);
    }

    Line line(DirectHome at) {
        return new Line(at);
    }

    /** What a library takes for its place. */
    static String offsetIn(String event) {
        JsonNode args = Json.read(event.substring(event.indexOf('[')));
        return args.get(args.size() - 1).textValue();
    }

    /** Those that are held, with a connection or without. */
    int sessions() {
        return node.sessions().size();
    }

    void tell(String pid, String word) {
        SocketIoSocket.emit(node.sessions().find(new SessionId(pid)), "word", args(word), clock.millis())
                .subscribe()
                .with(done -> {});
    }

    static SocketIoArgs args(String word) {
        return SocketIoArgs.of(Json.read("[\"" + word + "\"]"));
    }

    void publish(String channel, String data) {
        node.broker()
                .publish(List.of(new NewPublication(
                        new ChannelName(channel), "e", Payload.text("\"" + data + "\""), null, null, null)))
                .subscribe()
                .with(places -> {});
    }

    /** Whoever is away has to let go of what is held. */
    void memoryRunsShort() {
        node.budget().add(BYTES);
        node.sessions().tick(home, clock.millis());
        node.budget().add(-BYTES);
    }

    private static final class Unseen implements EngineObserver {
        @Override
        public void webSocketWorks() {}

        @Override
        public void webSocketFailed(@Nullable Disconnect why) {}

        @Override
        public void webSocketEnded(@Nullable Disconnect why) {}
    }

    private static final class Anybody implements SocketIoClient {
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
            return Uni.createFrom().nullItem();
        }
    }
}
