package dev.sluice.protocol.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.ChannelName;
import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.delivery.DirectHome;
import dev.sluice.delivery.ManualClock;
import dev.sluice.delivery.channel.Attributes;
import dev.sluice.delivery.channel.ChannelLimits;
import dev.sluice.delivery.channel.ChannelPolicies;
import dev.sluice.delivery.channel.ChannelPolicy;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.delivery.channel.ChannelSessions;
import dev.sluice.delivery.channel.Client;
import dev.sluice.delivery.channel.MemoryNode;
import dev.sluice.delivery.channel.ResumeAt;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.session.SessionState;
import dev.sluice.delivery.upstream.ClientMessage;
import dev.sluice.protocol.engineio.EngineConnection;
import dev.sluice.protocol.engineio.EngineObserver;
import dev.sluice.protocol.engineio.EngineSettings;
import dev.sluice.protocol.engineio.EngineSocket;
import dev.sluice.protocol.socketio.SocketIoReception.Seat;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What becomes of a session whose client leaves while the reception still looks. */
class SocketIoConnectionTest {
    private static final EngineSettings ENGINE = new EngineSettings(
            Duration.ofSeconds(25), Duration.ofSeconds(20), Duration.ofSeconds(10), 1_000_000, 1_000);

    private final ManualClock clock = new ManualClock();
    private final DirectHome home = new DirectHome();
    private final ChannelSessions sessions = MemoryNode.Ground.of(clock, home)
            .start(new ChannelPolicies(List.of(), ChannelPolicy.DEFAULT), ChannelLimits.DEFAULT, 100_000)
            .sessions();
    private final ChannelSession session = sessions.open(
            home, new SessionId("pid"), new Client("ann", "ann", SocketIoConnection.NAME, null, Attributes.of("")));
    private final Line line = new Line();
    private @Nullable UniEmitter<? super Seat> waiting;

    private static final class Line implements EngineSocket {
        @Override
        public boolean writable() {
            return true;
        }

        @Override
        public void send(List<Payload> packets, dev.sluice.delivery.session.Transport.Completion done) {
            done.done(true);
        }

        @Override
        public void close(Disconnect why) {
            // Nobody listens.
        }
    }

    private static final class Somebody implements SocketIoClient {
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

    /** Its client connects to the root, and is gone when its seat is found. */
    private void leavesBeforeItIsSeated(@Nullable ResumeAt from) {
        EngineConnection engine =
                new EngineConnection("sid", home, ENGINE, clock, (interval, task) -> () -> {}, new EngineObserver() {
                    @Override
                    public void webSocketWorks() {}

                    @Override
                    public void webSocketFailed(@Nullable Disconnect why) {}

                    @Override
                    public void webSocketEnded(@Nullable Disconnect why) {}
                });
        SocketIoReception slow =
                (String namespace, JsonNode auth) -> Uni.createFrom().emitter(emitter -> waiting = emitter);
        engine.serve(
                new SocketIoConnection(engine, slow, new SocketIoSettings(Duration.ofSeconds(45), 1_000), clock),
                () -> {});
        engine.begin(line);
        engine.message(line, Payload.text("40"));
        engine.socketGone(line, null);
        waiting.complete(new Seat(session, new Somebody(), "sid", "pid", null, from));
    }

    /** It had no event so far, so it names no place; what is kept for it is its all the same. */
    @Test
    void aSessionThatWasThereBeforeWaitsForItsClient() {
        leavesBeforeItIsSeated(ResumeAt.LAST_ACKNOWLEDGED);

        assertThat(session.state()).isNotEqualTo(SessionState.Kind.CLOSED);
        assertThat(sessions.find(session.id())).isSameAs(session);
    }

    @Test
    void aNewSessionEndsSinceItsClientNeverHeardOfIt() {
        leavesBeforeItIsSeated(null);

        assertThat(session.state()).isEqualTo(SessionState.Kind.CLOSED);
    }
}
