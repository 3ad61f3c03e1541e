package dev.sluice.protocol.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.DirectHome;
import dev.sluice.delivery.ManualClock;
import dev.sluice.delivery.session.Batch;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.Lane;
import dev.sluice.delivery.session.Transport;
import dev.sluice.delivery.session.Transport.Completion;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One virtual connection over whatever carries it: order, acknowledgements, the upgrade, and its ends. */
class EngineConnectionTest {
    private static final EngineSettings SETTINGS =
            new EngineSettings(Duration.ofSeconds(25), Duration.ofSeconds(20), Duration.ofSeconds(10), 1_000_000, 100);

    private final ManualClock clock = new ManualClock();
    private final QueuedHome home = new QueuedHome();
    private final List<String> heard = new ArrayList<>();
    private final List<String> seen = new ArrayList<>();
    private final List<Runnable> alarms = new ArrayList<>();
    private @Nullable Disconnect ended;
    private boolean over;

    private final EngineConnection connection =
            new EngineConnection("sid", home, SETTINGS, clock, (interval, task) -> alarm(task), new EngineObserver() {
                @Override
                public void webSocketWorks() {
                    seen.add("works");
                }

                @Override
                public void webSocketFailed(@Nullable Disconnect why) {
                    seen.add("failed " + why);
                }

                @Override
                public void webSocketEnded(@Nullable Disconnect why) {
                    seen.add("ended " + why);
                }
            });

    EngineConnectionTest() {
        connection.serve(
                new EngineUser() {
                    @Override
                    public void message(Payload data) {
                        heard.add(data.asString());
                    }

                    @Override
                    public void closed(@Nullable Disconnect why) {
                        ended = why;
                    }
                },
                () -> over = true);
    }

    private Runnable alarm(Runnable task) {
        alarms.add(task);
        return () -> alarms.remove(task);
    }

    /** What is handed over for later runs when the test says so; everything else at once. */
    private static final class QueuedHome implements Home {
        private final Deque<Runnable> tasks = new ArrayDeque<>();

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void later(Runnable task) {
            tasks.add(task);
        }

        void run() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }
    }

    private static final class FakePoll implements EnginePoll {
        private @Nullable String body;
        private @Nullable EngineErrors refused;
        private boolean arrives = true;

        @Override
        public void answer(List<Payload> packets, Completion done) {
            assertThat(body).as("answered once").isNull();
            body = EngineCodec.payload(packets).asString().replace('\u001e', '|');
            done.done(arrives);
        }

        @Override
        public void refuse(EngineErrors why) {
            refused = why;
        }
    }

    private static final class FakeSocket implements EngineSocket {
        private final List<String> sent = new ArrayList<>();
        private @Nullable Disconnect closed;
        private boolean writable = true;

        @Override
        public boolean writable() {
            return writable;
        }

        @Override
        public void send(List<Payload> packets, Completion done) {
            packets.forEach(packet -> sent.add(packet.asString()));
            done.done(true);
        }

        @Override
        public void close(Disconnect why) {
            closed = why;
        }
    }

    /** A session as far as a branch sees it: sends while it may, and is told what its client has. */
    private final class FakeSession {
        private final Deque<String> waiting = new ArrayDeque<>();
        private final List<Long> acknowledged = new ArrayList<>();
        private final List<Boolean> completed = new ArrayList<>();
        private final Transport branch;
        private long position;

        FakeSession(Home where) {
            branch = connection.branch(where, why -> {});
            branch.onWritable(Lane.MAILBOX, this::flush);
            connection.attached(branch, acknowledged::add);
        }

        void offer(String... packets) {
            waiting.addAll(List.of(packets));
            flush();
        }

        private void flush() {
            while (branch.writable() && !waiting.isEmpty()) {
                position++;
                branch.send(new Batch(List.of(Payload.text(waiting.poll())), position), completed::add);
            }
        }
    }

    private FakePoll poll() {
        FakePoll poll = new FakePoll();
        connection.poll(poll);
        home.run();
        return poll;
    }

    private void post(String body) {
        connection.post(EngineCodec.decodePayload(body.getBytes()));
    }

    private FakeSocket upgrade() {
        FakeSocket socket = new FakeSocket();
        connection.probe(socket);
        connection.message(socket, Payload.text("2probe"));
        connection.message(socket, Payload.text("5"));
        return socket;
    }

    // ---- polling

    @Test
    void aGetWaitsUntilThereIsSomethingAndTheNextOneAcknowledgesIt() {
        FakeSession session = new FakeSession(home);
        FakePoll first = poll();
        assertThat(first.body).isNull();

        session.offer("4a");
        assertThat(first.body).isEqualTo("4a");
        assertThat(session.acknowledged).isEmpty();
        session.offer("4b");
        FakePoll second = poll();

        assertThat(session.acknowledged).containsExactly(1L);
        assertThat(second.body).isEqualTo("4b");
        poll();
        assertThat(session.acknowledged).containsExactly(1L, 2L);
    }

    @Test
    void whatSeveralSessionsSayAtOnceGoesIntoOneAnswer() {
        FakeSession one = new FakeSession(home);
        FakeSession other = new FakeSession(home);
        FakePoll poll = poll();

        one.offer("4a");
        other.offer("4/n,b");
        home.run();

        assertThat(poll.body).isEqualTo("4a|4/n,b");
        poll();
        assertThat(one.acknowledged).containsExactly(1L);
        assertThat(other.acknowledged).containsExactly(1L);
    }

    @Test
    void aSecondGetIsRefusedAndEndsTheConnection() {
        FakePoll first = poll();
        FakePoll second = poll();

        assertThat(first.body).isEqualTo("1");
        assertThat(second.refused).isEqualTo(EngineErrors.BAD_REQUEST);
        assertThat(over).isTrue();
        assertThat(poll().refused).isEqualTo(EngineErrors.SID_UNKNOWN);
    }

    @Test
    void anAnswerThatDidNotArriveEndsTheConnectionAndAcknowledgesNothing() {
        FakeSession session = new FakeSession(home);
        FakePoll lost = new FakePoll();
        lost.arrives = false;
        connection.poll(lost);

        session.offer("4a");

        assertThat(session.completed).containsExactly(false);
        assertThat(session.acknowledged).isEmpty();
        assertThat(over).isTrue();
        assertThat(ended).isNull();
    }

    @Test
    void aClientThatLeavesWhileItWaitsIsGone() {
        FakePoll poll = poll();

        connection.pollGone(poll);

        assertThat(over).isTrue();
        assertThat(poll.body).isNull();
    }

    @Test
    void whatWaitsForAClientBetweenTwoGetsIsBounded() {
        connection.send(Payload.text("4" + "x".repeat(100)));
        assertThat(over).isFalse();

        connection.send(Payload.text("4y"));

        assertThat(ended).isEqualTo(Disconnect.SLOW_CONSUMER);
    }

    @Test
    void aClientsOwnEndIsAnsweredWithANoop() {
        FakePoll poll = poll();

        post("1");

        assertThat(poll.body).isEqualTo("6");
        assertThat(ended).isEqualTo(Disconnect.NORMAL);
    }

    @Test
    void aGetThatThePostWithItsEndOvertookIsEndedByItAndNoOther() {
        post("1");

        assertThat(ended).isEqualTo(Disconnect.NORMAL);
        assertThat(poll().body).isEqualTo("6");
        assertThat(poll().refused).isEqualTo(EngineErrors.SID_UNKNOWN);
    }

    @Test
    void aPingOfTheClientBreaksTheProtocol() {
        poll();

        assertThat(connection.post(EngineCodec.decodePayload("2".getBytes()))).isFalse();

        assertThat(ended).isEqualTo(Disconnect.PROTOCOL_ERROR);
    }

    // ---- the upgrade

    @Test
    void noopsEndGetsUntilTheClientHasPaused() {
        FakePoll first = poll();
        FakeSocket socket = new FakeSocket();
        connection.probe(socket);
        connection.message(socket, Payload.text("2probe"));
        assertThat(socket.sent).containsExactly("3probe");
        assertThat(first.body).isEqualTo("6");

        FakePoll second = poll();
        assertThat(second.body).isNull();
        assertThat(alarms).hasSize(1);
        alarms.get(0).run();
        assertThat(second.body).isEqualTo("6");
        connection.message(socket, Payload.text("5"));

        assertThat(alarms).isEmpty();
        assertThat(connection.kind()).isEqualTo(TransportKind.WEBSOCKET);
        assertThat(seen).containsExactly("works");
        assertThat(poll().refused).isEqualTo(EngineErrors.BAD_REQUEST);
    }

    @Test
    void aGetThatOvertookTheUpgradeIsRefusedLikeOneThatComesAfterIt() {
        FakeSession session = new FakeSession(home);
        FakeSocket socket = new FakeSocket();
        connection.probe(socket);
        FakePoll overtakesBoth = poll();
        connection.message(socket, Payload.text("2probe"));
        assertThat(overtakesBoth.body).isNull();
        connection.message(socket, Payload.text("5"));
        session.offer("4a");

        assertThat(overtakesBoth.refused).isEqualTo(EngineErrors.BAD_REQUEST);
        assertThat(overtakesBoth.body).isNull();
        assertThat(socket.sent).containsExactly("3probe", "4a");
    }

    @Test
    void aGetThatOvertookTheWebSocketItselfIsRefusedAsWell() {
        connection.expectProbe(true);
        FakePoll overtakesAll = poll();

        FakeSocket socket = upgrade();

        assertThat(overtakesAll.refused).isEqualTo(EngineErrors.BAD_REQUEST);
        assertThat(overtakesAll.body).isNull();
        assertThat(socket.sent).containsExactly("3probe");
    }

    @Test
    void aWebSocketThatWasExpectedAndDidNotComeChangesNothing() {
        connection.expectProbe(true);
        connection.expectProbe(false);
        FakePoll poll = poll();

        upgrade();

        assertThat(poll.body).isEqualTo("6");
    }

    @Test
    void aGetThatCameBeforeTheWebSocketIsEndedByItsProbe() {
        FakeSocket dies = new FakeSocket();
        connection.probe(dies);
        FakePoll poll = poll();
        connection.socketGone(dies, null);

        FakeSocket socket = new FakeSocket();
        connection.probe(socket);
        connection.message(socket, Payload.text("2probe"));

        assertThat(poll.body).isEqualTo("6");
    }

    @Test
    void whatWaitsGoesOnOverTheWebSocketInOrder() {
        FakeSession session = new FakeSession(home);
        connection.send(Payload.text("40"));
        session.offer("4a", "4b");

        FakeSocket socket = upgrade();

        assertThat(socket.sent).containsExactly("3probe", "40", "4a", "4b");
    }

    @Test
    void aWebSocketThatDiesBeforeTheUpgradeLeavesThePolling() {
        FakeSocket socket = new FakeSocket();
        connection.probe(socket);
        connection.message(socket, Payload.text("2probe"));

        connection.socketGone(socket, null);
        FakePoll poll = poll();
        post("4a");

        assertThat(heard).containsExactly("a");
        assertThat(poll.body).isNull();
        assertThat(seen).containsExactly("failed null");
        assertThat(alarms).isEmpty();
    }

    @Test
    void aSecondWebSocketIsClosed() {
        upgrade();
        FakeSocket second = new FakeSocket();

        connection.probe(second);

        assertThat(second.closed).isEqualTo(Disconnect.PROTOCOL_ERROR);
        assertThat(over).isFalse();
    }

    @Test
    void aProbeThatTakesTooLongIsClosed() {
        FakeSocket socket = new FakeSocket();
        connection.probe(socket);

        clock.advance(Duration.ofSeconds(10));
        connection.tick(clock.millis());

        assertThat(socket.closed).isEqualTo(Disconnect.SILENT);
        assertThat(over).isFalse();
    }

    // ---- signs of life

    @Test
    void aPongAcknowledgesWhatWasWrittenBeforeItsPingAndNothingElse() {
        FakeSession session = new FakeSession(home);
        FakeSocket socket = upgrade();
        session.offer("4a");
        clock.advance(Duration.ofSeconds(25));
        connection.tick(clock.millis());
        assertThat(socket.sent).endsWith("2");
        session.offer("4b");

        connection.message(socket, Payload.text("3"));

        assertThat(session.acknowledged).containsExactly(1L);
    }

    @Test
    void whoDoesNotAnswerAPingIsGone() {
        FakeSocket socket = upgrade();
        clock.advance(Duration.ofSeconds(25));
        connection.tick(clock.millis());
        clock.advance(Duration.ofSeconds(20));
        connection.tick(clock.millis());

        assertThat(socket.closed).isEqualTo(Disconnect.SILENT);
        assertThat(ended).isEqualTo(Disconnect.SILENT);
    }

    // ---- moved away

    @Test
    void whoIsMovedIsSentNothingMoreAndClosedOnceEverythingArrived() {
        FakeSession session = new FakeSession(home);
        FakeSocket socket = upgrade();
        session.offer("4a");

        assertThat(connection.moveAway(Disconnect.SWITCH_TO_POLLING, Duration.ofSeconds(5)))
                .isTrue();
        session.offer("4b");
        assertThat(socket.sent).containsExactly("3probe", "4a", "2");
        assertThat(socket.closed).isNull();
        connection.message(socket, Payload.text("3"));

        assertThat(session.acknowledged).containsExactly(1L);
        assertThat(socket.closed).isEqualTo(Disconnect.SWITCH_TO_POLLING);
        assertThat(connection.moveAway(Disconnect.SWITCH_TO_POLLING, Duration.ZERO))
                .isFalse();
    }

    @Test
    void aPongToAnEarlierPingDoesNotEndIt() {
        FakeSession session = new FakeSession(home);
        FakeSocket socket = upgrade();
        clock.advance(Duration.ofSeconds(25));
        connection.tick(clock.millis());
        session.offer("4a");
        connection.moveAway(Disconnect.SWITCH_TO_POLLING, Duration.ofSeconds(5));

        connection.message(socket, Payload.text("3"));
        assertThat(session.acknowledged).isEmpty();
        assertThat(socket.closed).isNull();
        connection.message(socket, Payload.text("3"));

        assertThat(session.acknowledged).containsExactly(1L);
        assertThat(socket.closed).isEqualTo(Disconnect.SWITCH_TO_POLLING);
    }

    @Test
    void whoDoesNotAnswerIsClosedWhenPatienceEnds() {
        FakeSocket socket = upgrade();
        connection.moveAway(Disconnect.SHUTDOWN, Duration.ofSeconds(5));

        clock.advance(Duration.ofSeconds(5));
        connection.tick(clock.millis());

        assertThat(socket.closed).isEqualTo(Disconnect.SHUTDOWN);
    }

    /** A library that reads an event and the close at once comes back for the event, and has it twice. */
    @Test
    void theLastWordOfAPollGoesAlone() {
        FakeSession session = new FakeSession(home);
        FakeSession other = new FakeSession(home);
        FakePoll poll = poll();
        session.offer("4a");
        other.offer("4b");

        connection.moveAway(Disconnect.SWITCH_TO_POLLING, Duration.ofSeconds(5));

        assertThat(poll.body).isEqualTo("4a|4b");
        assertThat(over).isFalse();
        assertThat(poll().body).isEqualTo("1");
        assertThat(session.acknowledged).containsExactly(1L);
        assertThat(over).isTrue();
    }

    // ---- a session that lives elsewhere

    @Test
    void aSessionOnAnotherHomeKeepsItsOrder() {
        DirectHome elsewhere = new DirectHome();
        FakeSession session = new FakeSession(elsewhere);
        FakePoll first = poll();

        session.offer("4a", "4b");
        assertThat(first.body).isEqualTo("4a");
        FakePoll second = poll();

        assertThat(second.body).isEqualTo("4b");
        assertThat(session.acknowledged).containsExactly(1L);
    }

    @Test
    void aSocketThatIsFullIsSentNothingUntilItIsNot() {
        FakeSession session = new FakeSession(home);
        FakeSocket socket = upgrade();
        socket.writable = false;
        session.offer("4a");
        // What was on its way when it filled up; nothing after that.
        session.offer("4b");
        int sent = socket.sent.size();

        socket.writable = true;
        connection.writable(socket);

        assertThat(sent).isLessThanOrEqualTo(2);
        assertThat(socket.sent).containsExactly("3probe", "4a", "4b");
    }
}
