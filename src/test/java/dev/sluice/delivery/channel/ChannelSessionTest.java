package dev.sluice.delivery.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import dev.sluice.core.Payload;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.DirectHome;
import dev.sluice.delivery.FakeTransport;
import dev.sluice.delivery.ManualClock;
import dev.sluice.delivery.channel.ChannelPolicies.Rule;
import dev.sluice.delivery.channel.ChannelPolicy.Overflow;
import dev.sluice.delivery.mailbox.MemoryBudget;
import dev.sluice.delivery.mailbox.Message;
import dev.sluice.delivery.session.Pipe;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.session.SessionObserver;
import dev.sluice.delivery.session.SessionRegistry;
import dev.sluice.delivery.session.SessionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ChannelSessionTest {
    private static final ChannelName NEWS = new ChannelName("news");
    private static final ChannelName OLD = new ChannelName("old");
    private static final ChannelName KEY = new ChannelName("key");
    private static final Client ANN = new Client("ann's token", "ann", "test", null, Attributes.of(""));

    private final ManualClock clock = new ManualClock();
    private final DirectHome home = new DirectHome();
    private final MemorySessionStore store = new MemorySessionStore();
    private final MemoryDurableLog log = new MemoryDurableLog();
    private final AtomicInteger texts = new AtomicInteger();
    private final MemoryBudget budget = new MemoryBudget(100_000);
    private final SessionRegistry registry = new SessionRegistry();
    private final ChannelPolicies policies = new ChannelPolicies(
            List.of(
                    new Rule("old", policy(false, Overflow.DROP_OLDEST)),
                    new Rule("key", policy(false, Overflow.CONFLATE)),
                    new Rule("kept", policy(true, Overflow.CLOSE))),
            policy(false, Overflow.CLOSE));
    private final MemoryBroker broker =
            new MemoryBroker(home, log, policies, BrokerLimits.DEFAULT, clock, this::text, ChannelObserver.NONE);
    private final ChannelSessions sessions = new ChannelSessions(
            new ChannelSessions.Ports(
                    broker,
                    policies,
                    store,
                    registry,
                    budget,
                    home,
                    clock,
                    this::text,
                    protocol -> SessionObserver.NONE,
                    ChannelObserver.NONE),
            MemoryNode.small(6));

    private final ChannelSession session = sessions.open(home, new SessionId("secret"), ANN);
    private final List<Farewell> farewells = new ArrayList<>();
    private final FakeTransport socket = FakeTransport.websocket(1);

    private static ChannelPolicy policy(boolean durable, Overflow overflow) {
        return new ChannelPolicy(100, 1 << 20, Duration.ofHours(1), durable, overflow);
    }

    private String text() {
        return "t" + texts.incrementAndGet();
    }

    private AttachResult attach(FakeTransport transport, ResumeAt from) {
        Pipe pipe =
                new Pipe(transport, out -> Payload.text(told(Placed.unwrap(out.message()))), 100, 1 << 20, () -> {});
        AttachResult result = session.attach(new Connection("ann's token", pipe, accepted -> {}, farewells::add), from);
        transport.bind(result.attachment());
        return result;
    }

    private static String told(Message message) {
        if (message instanceof Publication event) {
            return event.channel() + " " + event.offset();
        }
        if (message instanceof Gap gap) {
            return "gap " + gap.from() + "-" + gap.to();
        }
        if (message instanceof Subscribed subscribed) {
            return "subscribed " + subscribed.channel() + " "
                    + subscribed.place().offset() + " " + subscribed.recovered();
        }
        if (message instanceof PresenceChange change) {
            return change.action() + " " + change.members().size();
        }
        return message instanceof Reply reply
                ? reply.frame().asString()
                : message.getClass().getSimpleName();
    }

    private static <T extends Message> Answers<T> plain() {
        return new Answers<>() {
            @Override
            public Message done(T outcome) {
                return outcome;
            }

            @Override
            public Message failed(SluiceException why) {
                return new Reply(Payload.text(why.code().slug()), 0);
            }
        };
    }

    private void subscribe(ChannelName channel) {
        session.subscribe(null, new Subscribe(channel, null, false), plain());
    }

    private void publish(ChannelName channel, int count, String key) {
        for (int i = 0; i < count; i++) {
            broker.publish(List.of(new NewPublication(channel, "e", Payload.text("{}"), key + i % 2, null, null)))
                    .subscribe()
                    .with(places -> {});
        }
    }

    @Test
    void saysThatItIsSubscribedBeforeAnyEvent() {
        publish(NEWS, 3, "k");
        attach(socket, ResumeAt.LAST_ACKNOWLEDGED);
        subscribe(NEWS);
        publish(NEWS, 1, "k");
        socket.acceptAll();

        assertThat(socket.frames()).containsExactly("subscribed news 3 true", "news 4");
    }

    @Test
    void fillsAHoleFromTheHistory() {
        attach(FakeTransport.websocket(100).answersAtOnce(true), ResumeAt.LAST_ACKNOWLEDGED);
        FakeTransport line = FakeTransport.websocket(100).answersAtOnce(true);
        attach(line, ResumeAt.LAST_ACKNOWLEDGED);
        subscribe(NEWS);
        publish(NEWS, 1, "k");
        ChannelHub hub = sessions.hub(home);
        broker.leave(NEWS, hub);
        publish(NEWS, 3, "k");

        Publication fourth = new Publication(
                new NewPublication(NEWS, "e", Payload.text("{}"), null, null, null),
                new StreamPosition("t3", 4),
                4,
                new Watermark(4, 0),
                0);
        hub.published(List.of(fourth), () -> {});

        assertThat(line.frames()).containsExactly("subscribed news 0 true", "news 1", "news 2", "news 3", "news 4");
    }

    @Test
    void closesASlowConsumerAndFillsItFromTheHistoryWhenItIsBack() {
        attach(socket, ResumeAt.LAST_ACKNOWLEDGED);
        subscribe(NEWS);
        publish(NEWS, 20, "k");

        assertThat(socket.closedWith()).isEqualTo(Disconnect.SLOW_CONSUMER);

        FakeTransport back = FakeTransport.websocket(100).answersAtOnce(true);
        attach(back, ResumeAt.LAST_ACKNOWLEDGED);
        assertThat(back.frames())
                .hasSize(21)
                .startsWith("subscribed news 0 true", "news 1")
                .endsWith("news 20");
    }

    @Test
    void dropsTheOldestAndSaysSo() {
        attach(socket, ResumeAt.LAST_ACKNOWLEDGED);
        subscribe(OLD);
        publish(OLD, 20, "k");
        socket.acceptAll();

        assertThat(socket.closedWith()).isNull();
        assertThat(socket.frames())
                .containsExactly("subscribed old 0 true", "gap 1-15", "old 16", "old 17", "old 18", "old 19", "old 20");
    }

    @Test
    void keepsTheNewestOfEachKey() {
        attach(socket, ResumeAt.LAST_ACKNOWLEDGED);
        subscribe(KEY);
        publish(KEY, 20, "k");
        socket.acceptAll();

        assertThat(socket.closedWith()).isNull();
        assertThat(socket.frames()).hasSizeLessThanOrEqualTo(8).endsWith("key 19", "key 20");
    }

    @Test
    void boundsTheSubscriptionsOfOneSessionAndTheSessionsOfANode() {
        attach(FakeTransport.websocket(100), ResumeAt.LAST_ACKNOWLEDGED);
        FakeTransport line = FakeTransport.websocket(100);
        attach(line, ResumeAt.LAST_ACKNOWLEDGED);
        subscribe(NEWS);
        subscribe(OLD);
        subscribe(KEY);
        sessions.open(home, new SessionId("another"), ANN);

        assertThat(line.frames()).endsWith("too-many-subscriptions");
        assertThatThrownBy(() -> sessions.open(home, new SessionId("one more"), ANN))
                .isInstanceOfSatisfying(SluiceException.class, problem -> assertThat(problem.code())
                        .isEqualTo(ProblemCode.TOO_MANY_CONNECTIONS));
    }

    @Test
    void isNobodyElsesAndNoOtherSessionsCursorFits() {
        Connection stranger = new Connection(
                "bob's token", new Pipe(socket, out -> Payload.text(""), 1, 1, () -> {}), accepted -> {}, bye -> {});

        assertThat(session.attach(stranger, ResumeAt.LAST_ACKNOWLEDGED).kind()).isEqualTo(AttachResult.Kind.FORBIDDEN);
        for (String cursor : List.of("else~life.0.0.0", session.epoch() + ".5.0.0")) {
            assertThat(attach(socket, ResumeAt.after(SessionCursor.parse(cursor)))
                            .kind())
                    .isEqualTo(AttachResult.Kind.LOST);
        }
        assertThat(session.state()).isEqualTo(SessionState.Kind.OPENING);
    }

    @Test
    void endsWithAllThatItHad() {
        attach(socket, ResumeAt.LAST_ACKNOWLEDGED);
        session.subscribe(null, new Subscribe(new ChannelName("kept"), null, true), plain());
        publish(new ChannelName("kept"), 2, "k");
        assertThat(store.rows()).hasSize(1);
        assertThat(budget.held()).isPositive();

        session.end(Disconnect.SESSION_GONE);

        assertThat(store.rows()).isEmpty();
        assertThat(budget.held()).isZero();
        assertThat(sessions.size()).isZero();
        assertThat(sessions.find(session.id())).isNull();
        assertThat(sessions.subscribers(new ChannelName("kept"))).isZero();
        List<Member> there = new ArrayList<>();
        broker.members(new ChannelName("kept")).subscribe().with(there::addAll);
        assertThat(there).isEmpty();
    }

    @Test
    void letsGoOfWhatItHoldsWhereMemoryIsShort() {
        attach(socket, ResumeAt.LAST_ACKNOWLEDGED);
        subscribe(NEWS);
        publish(NEWS, 3, "k");
        socket.cut();
        budget.add(100_000);

        sessions.tick(home, clock.millis());
        budget.add(-100_000);

        // The answer stays: no history can say it again.
        assertThat(budget.held()).isLessThan(200);
        FakeTransport back = FakeTransport.websocket(100).answersAtOnce(true);
        attach(back, ResumeAt.LAST_ACKNOWLEDGED);
        assertThat(back.frames()).containsExactly("subscribed news 0 true", "news 1", "news 2", "news 3");
    }

    @Test
    void tellsWhoIsThere() {
        FakeTransport line = FakeTransport.websocket(100);
        attach(line, ResumeAt.LAST_ACKNOWLEDGED);
        session.subscribe(null, new Subscribe(NEWS, null, true), plain());
        ChannelSession bob =
                sessions.open(home, new SessionId("b"), new Client("bob", "bob", "test", null, Attributes.of("")));
        bob.subscribe(null, new Subscribe(NEWS, null, true), plain());
        bob.end(Disconnect.NORMAL);

        assertThat(line.frames()).containsExactly("subscribed news 0 true", "SYNC 1", "JOIN 1", "LEAVE 1");
    }

    @Test
    void answersARepeatedRequestTheSameAndDoesItOnce() {
        FakeTransport line = FakeTransport.websocket(100);
        attach(line, ResumeAt.LAST_ACKNOWLEDGED);
        AtomicInteger effects = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            session.request("r", answer -> answer.accept(new Reply(Payload.text("" + effects.incrementAndGet()), 0)));
        }

        assertThat(line.frames()).containsExactly("1", "1", "1");
    }

    @Test
    void isSeenByOperatorsAndCanBeAskedToMove() {
        attach(socket, ResumeAt.LAST_ACKNOWLEDGED);
        subscribe(NEWS);
        publish(NEWS, 3, "k");
        clock.advance(Duration.ofSeconds(5));
        List<SessionView> views = new ArrayList<>();
        sessions.views().subscribe().with(views::addAll);

        assertThat(views).hasSize(1);
        assertThat(views.get(0).unsentFrames()).isEqualTo(3);
        assertThat(views.get(0).sentFrames()).isEqualTo(1);
        assertThat(views.get(0).lagMillis()).isEqualTo(5_000);
        assertThat(views.get(0).overflow()).isEqualTo("close");

        session.farewell(new Farewell(Mode.POLLING, "drain", Duration.ofSeconds(1), Disconnect.SWITCH_TO_POLLING));
        assertThat(farewells).hasSize(1);
    }
}
