package dev.sluice.edge.socketio;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;

/**
 * A client gave a connection up and came back over the next one, and only then what it said over the first is heard: that
 * it connects, and has what it had then.
 */
class LateConnectTest {
    private static final long BYTES = 100_000;
    private static final EngineSettings ENGINE = new EngineSettings(
            Duration.ofSeconds(25), Duration.ofSeconds(20), Duration.ofSeconds(10), 1_000_000, 1_000);
    private static final ChannelPolicy SHORT =
            new ChannelPolicy(1, 1 << 20, Duration.ofHours(1), true, ChannelPolicy.Overflow.CLOSE);

    private final ManualClock clock = new ManualClock();
    private final DirectHome home = new DirectHome();
    private final MemoryNode node = MemoryNode.Ground.of(clock, home)
            .start(new ChannelPolicies(List.of(), SHORT), ChannelLimits.DEFAULT, BYTES);
    private int ids;
    private String pid = "";

    /** A WebSocket from the start. */
    private final class Line implements EngineSocket {
        private final List<String> said = new ArrayList<>();
        private final EngineConnection engine =
                new EngineConnection("sid", home, ENGINE, clock, (interval, task) -> () -> {}, new Unseen());
        private @Nullable Disconnect closed;

        Line() {
            StoryReception reception =
                    new StoryReception(node.sessions(), engine, new Anybody(), () -> "an-id-long-enough-" + ++ids);
            SocketIoSettings settings = new SocketIoSettings(Duration.ofSeconds(45), 1_000);
            engine.serve(new SocketIoConnection(engine, reception, settings, clock), () -> {});
            engine.begin(this);
        }

        void connect(String namespace, String auth) {
            engine.message(this, Payload.text("40" + namespace + auth));
        }

        void comeBack(String namespace, String offset) {
            connect(namespace, "{\"pid\":\"%s\",\"offset\":\"%s\"}".formatted(pid, offset));
        }

        /** What is said about that, its place behind it. */
        String last(String what) {
            List<String> all = said.stream().filter(each -> each.contains(what)).toList();
            return all.isEmpty() ? "" : all.get(all.size() - 1);
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

    private static String offsetIn(String event) {
        JsonNode args = Json.read(event.substring(event.indexOf('[')));
        return args.get(args.size() - 1).textValue();
    }

    private void tell(String word) {
        SocketIoSocket.emit(
                        node.sessions().find(new SessionId(pid)),
                        "word",
                        SocketIoArgs.of(Json.read("[\"" + word + "\"]")),
                        clock.millis())
                .subscribe()
                .with(done -> {});
    }

    private void publish(String channel, String data) {
        node.broker()
                .publish(List.of(new NewPublication(
                        new ChannelName(channel), "e", Payload.text("\"" + data + "\""), null, null, null)))
                .subscribe()
                .with(places -> {});
    }

    /** Whoever is away has to let go of what is held. */
    private void memoryRunsShort() {
        node.budget().add(BYTES);
        node.sessions().tick(home, clock.millis());
        node.budget().add(-BYTES);
    }

    private Line first(String namespace) {
        Line first = new Line();
        first.connect(namespace, "");
        String answer = first.last("\"pid\"");
        pid = Json.read(answer.substring(answer.indexOf('{'))).path("pid").textValue();
        return first;
    }

    @Test
    void aWordIsNotSaidAgainToWhoHasIt() {
        Line first = first("");
        tell("one");
        String hasOne = offsetIn(first.last("one"));
        tell("two");
        first.engine.socketGone(first, null);
        memoryRunsShort();
        Line late = new Line();
        Line present = new Line();

        present.comeBack("", hasOne);
        String hasTwo = offsetIn(present.last("two"));
        late.comeBack("", hasOne);
        Line next = new Line();
        next.comeBack("", hasTwo);

        assertThat(late.closed).isEqualTo(Disconnect.SUPERSEDED);
        assertThat(late.said).isEmpty();
        assertThat(next.last("\"pid\"")).contains(pid);
        assertThat(next.last("two")).isEmpty();
    }

    @Test
    void theConnectionThatCountsGoesOn() {
        Line first = first("");
        tell("one");
        String hasOne = offsetIn(first.last("one"));
        Line late = new Line();
        Line present = new Line();

        present.comeBack("", hasOne);
        late.comeBack("", hasOne);
        tell("two");

        assertThat(present.closed).isNull();
        assertThat(present.last("two")).contains("two");
    }

    /** What it had then cannot be gone on from any more; where it is now can. */
    @Test
    void itsSessionDoesNotEnd() {
        Line first = first("/short");
        publish("short", "one");
        String hasOne = offsetIn(first.last("one"));
        Line late = new Line();
        Line present = new Line();
        present.comeBack("/short,", hasOne);
        publish("short", "two");
        publish("short", "three");
        present.engine.socketGone(present, null);
        memoryRunsShort();

        late.comeBack("/short,", hasOne);
        Line next = new Line();
        next.comeBack("/short,", offsetIn(present.last("three")));

        assertThat(next.last("\"pid\"")).contains(pid);
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
