package dev.sluice.protocol.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.delivery.ManualClock;
import dev.sluice.delivery.command.CommandResult;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.delivery.session.Encoder;
import dev.sluice.fleet.AgentFeatures;
import dev.sluice.fleet.Cluster;
import dev.sluice.fleet.Presences;
import dev.sluice.protocol.agent.AgentReception.Seat;
import dev.sluice.protocol.json.ConnectionLimits;
import dev.sluice.protocol.json.SocketLink;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How an agent's connection ends towards a client that answers nothing any more. */
class AgentConnectionTest {
    private final ManualClock clock = new ManualClock();
    /** What happened to the socket and to the seat, in order. */
    private final List<String> happened = new ArrayList<>();

    private @Nullable UniEmitter<? super Seat> seating;

    private final AgentConnection connection = new AgentConnection(
            new Link(), new Reception(), () -> true, ConnectionLimits.DEFAULT, clock, new ConnectionObserver() {});

    @Test
    void gaveUpItsSeatBeforeTheCloseOfASilentClientIsThrough() {
        registers();
        seated();

        clock.advance(ConnectionLimits.DEFAULT.silence());
        connection.tick(clock.millis());

        // The socket has not told of its end: towards a half-open connection that takes until the close times out.
        assertThat(happened).containsExactly("seat left", "close SILENT");
    }

    @Test
    void takesNoSeatOnceItWasAskedToClose() {
        registers();
        connection.leave(Disconnect.UNAUTHORIZED);

        seated();

        assertThat(happened).containsExactly("close UNAUTHORIZED", "seat left");
    }

    @Test
    void closesOnceForTheFirstReason() {
        registers();
        seated();

        connection.leave(Disconnect.UNAUTHORIZED);
        connection.leave(Disconnect.SUPERSEDED);
        connection.moveAway(Disconnect.SHUTDOWN, "shutdown");

        assertThat(happened).containsExactly("seat left", "close UNAUTHORIZED");
        assertThat(connection.leftFor()).isEqualTo(Disconnect.UNAUTHORIZED);
        assertThat(connection.leaving()).isTrue();
    }

    private void registers() {
        connection.message(Payload.text("{\"type\":\"register\",\"payload\":{\"agent_id\":\"a\",\"name\":\"n\"}}"));
    }

    private void seated() {
        assertThat(seating).isNotNull();
        seating.complete(new Seat() {
            @Override
            public boolean duplicateIdentity() {
                return false;
            }

            @Override
            public void left() {
                happened.add("seat left");
            }
        });
    }

    private final class Reception implements AgentReception {
        @Override
        public Uni<Registered> register(RegisterRequest request) {
            Cluster cluster = new Cluster(
                    UUID.randomUUID(), 1, "a", "n", AgentFeatures.NONE, Map.of(), clock.instant(), null, null, false);
            return Uni.createFrom().item(new Registered(Presences.of(cluster), "", "http://gateway"));
        }

        @Override
        public Uni<Seat> attach(Registered registered, Encoder commands, Runnable onFenced) {
            return Uni.createFrom().emitter(emitter -> seating = emitter);
        }

        @Override
        public void arrived() {}

        @Override
        public Uni<Boolean> acknowledge(UUID clusterId, UUID commandId) {
            return Uni.createFrom().item(true);
        }

        @Override
        public Uni<Boolean> finish(UUID clusterId, UUID commandId, CommandResult result) {
            return Uni.createFrom().item(true);
        }
    }

    private final class Link implements SocketLink {
        @Override
        public void control(Payload frame) {}

        @Override
        public boolean clogged() {
            return false;
        }

        @Override
        public void onUnclogged(Runnable go) {}

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void hold() {}

        @Override
        public void ping(int number) {}

        @Override
        public void close(Disconnect why) {
            happened.add("close " + why);
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }
    }
}
