package dev.sluice.delivery.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.delivery.DirectHome;
import dev.sluice.delivery.FakeTransport;
import dev.sluice.delivery.ManualClock;
import dev.sluice.delivery.channel.ChannelPolicies.Rule;
import dev.sluice.delivery.channel.ChannelPolicy.Overflow;
import dev.sluice.delivery.mailbox.MailboxLimits;
import dev.sluice.delivery.mailbox.MemoryBudget;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.Pipe;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.session.SessionLimits;
import dev.sluice.delivery.session.SessionObserver;
import dev.sluice.delivery.session.SessionRegistry;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whether a client is told that it has everything, after the node was killed. */
class RecoveredAfterAKillTest {
    private static final ChannelName KEPT = new ChannelName("kept");
    private static final ChannelName LOST = new ChannelName("lost");
    private static final SessionId ID = new SessionId("secret");

    private final ManualClock clock = new ManualClock();
    private final DirectHome home = new DirectHome();
    private final MemorySessionStore store = new MemorySessionStore();
    private final MemoryDurableLog log = new MemoryDurableLog();
    private final AtomicInteger texts = new AtomicInteger();
    private ChannelSessions sessions = node();
    private final ChannelSession first = sessions.open(home, ID, new Client("ann", "ann", "test", null, ""));
    private @Nullable String cursor;

    private ChannelSessions node() {
        ChannelPolicies policies = new ChannelPolicies(List.of(new Rule("kept", policy(true))), policy(false));
        return new ChannelSessions(
                new ChannelSessions.Ports(
                        new MemoryBroker(
                                home, log, policies, BrokerLimits.DEFAULT, clock, this::text, ChannelObserver.NONE),
                        policies,
                        store,
                        new SessionRegistry(),
                        new MemoryBudget(100_000),
                        home,
                        clock,
                        this::text,
                        protocol -> SessionObserver.NONE,
                        ChannelObserver.NONE),
                new ChannelLimits(
                        new SessionLimits(Duration.ofSeconds(10), Duration.ofMinutes(2), Duration.ofSeconds(30)),
                        new MailboxLimits(10_000, 6, Duration.ofSeconds(30)),
                        2,
                        2,
                        10,
                        10_000,
                        Duration.ofSeconds(30)));
    }

    private static ChannelPolicy policy(boolean durable) {
        return new ChannelPolicy(100, 1 << 20, Duration.ofHours(1), durable, Overflow.CLOSE);
    }

    private String text() {
        return "t" + texts.incrementAndGet();
    }

    /** Connects a client that keeps the cursor of what it gets last, and acknowledges nothing. */
    private Attachment attach(ChannelSession session, ResumeAt from) {
        FakeTransport transport = FakeTransport.websocket(100).answersAtOnce(true);
        Pipe pipe = new Pipe(
                transport,
                out -> {
                    cursor = SessionCursor.of(session.epoch(), out).text();
                    return Payload.text("x");
                },
                100,
                1 << 20,
                () -> {});
        AttachResult result = session.attach(new Connection("ann", pipe, accepted -> {}, farewell -> {}), from);
        transport.bind(result.attachment());
        return result.attachment();
    }

    private void subscribe(ChannelName channel) {
        first.subscribe(null, new Subscribe(channel, null, false), new Answers<Subscribed>() {
            @Override
            public Subscribed done(Subscribed outcome) {
                return outcome;
            }

            @Override
            public @Nullable Reply failed(dev.sluice.core.SluiceException why) {
                throw new AssertionError(why);
            }
        });
    }

    private boolean tell(ChannelSession session) {
        return session.tell(new Reply(Payload.text("for you"), 0))
                .onItem()
                .transform(kept -> true)
                .await()
                .atMost(Duration.ofSeconds(1));
    }

    private @Nullable ChannelSession back() {
        sessions = node();
        return get(sessions.restore(home, ID));
    }

    private static <T> T get(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(1));
    }

    private ResumeAt place() {
        return cursor == null ? ResumeAt.LAST_ACKNOWLEDGED : ResumeAt.after(SessionCursor.parse(cursor));
    }

    @Test
    void whoWantsToBeKeptIsKeptWithoutAnyChannel() {
        attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        first.keep();

        ChannelSession back = back();

        assertThat(back).isNotNull();
        assertThat(get(back.coversAll(place()))).isTrue();
    }

    @Test
    void aVolatileChannelIsNoReasonToBeKeptAndItsLossIsTold() {
        attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        subscribe(LOST);
        assertThat(back()).isNull();

        first.keep();
        assertThat(get(back().coversAll(place()))).isFalse();
    }

    @Test
    void whatWasSaidToAClientThatIsAwayIsMissed() {
        Attachment connection = attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        subscribe(KEPT);
        connection.ended(Attachment.End.LOST);
        tell(first);

        ChannelSession back = back();

        assertThat(get(back.coversAll(place()))).isFalse();
        assertThat(attach(back, place())).as("lost").isNull();
    }

    @Test
    void aWordToOneThatNeverHadAnyIsMissed() {
        Attachment connection = attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        first.keep();
        connection.ended(Attachment.End.LOST);
        tell(first);

        assertThat(get(back().coversAll(ResumeAt.LAST_ACKNOWLEDGED))).isFalse();
    }

    @Test
    void aVolatileChannelThatHadNoEventIsLostAllTheSame() {
        attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        subscribe(LOST);
        first.keep();

        assertThat(get(back().coversAll(ResumeAt.LAST_ACKNOWLEDGED))).isFalse();
    }

    @Test
    void whatItGotBeforeTheKillIsNotMissed() {
        attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        subscribe(KEPT);
        tell(first);

        ChannelSession back = back();

        assertThat(get(back.coversAll(place()))).isTrue();
        assertThat(get(back.coversAll(ResumeAt.LAST_ACKNOWLEDGED)))
                .as("of a client that names no place, nobody knows")
                .isFalse();
        assertThat(attach(back, place())).isNotNull();
    }

    @Test
    void whatWasMissedOnceIsMissedAfterASecondKillAsWell() {
        Attachment connection = attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        subscribe(KEPT);
        connection.ended(Attachment.End.LOST);
        tell(first);

        back().tick(clock.millis());
        clock.advance(Duration.ofSeconds(20));
        sessions.tick(home, clock.millis());

        assertThat(get(back().coversAll(place()))).isFalse();
    }

    @Test
    void whatIsSaidToOneThatIsNotBackYetIsMissedAfterTheNextKill() {
        Attachment connection = attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        subscribe(KEPT);
        connection.ended(Attachment.End.LOST);

        tell(back());

        assertThat(get(back().coversAll(place()))).isFalse();
    }

    @Test
    void whatItAcknowledgedIsNotMissedWhateverPlaceItNames() {
        Attachment connection = attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        subscribe(KEPT);
        tell(first);
        first.acknowledge(connection, SessionCursor.parse(cursor));
        clock.advance(Duration.ofSeconds(20));
        sessions.tick(home, clock.millis());

        assertThat(get(back().coversAll(ResumeAt.LAST_ACKNOWLEDGED))).isTrue();
    }

    /** Its record is deleted some time later; until then nobody may find it. */
    @Test
    void aSessionThatEndedDoesNotComeBackWhileItsRecordIsStillThere() {
        attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        first.keep();
        store.away(true);
        first.end(Disconnect.SESSION_GONE);
        store.away(false);

        assertThat(store.rows()).isNotEmpty();
        assertThat(get(sessions.restore(home, ID))).isNull();

        sessions.tick(home, clock.millis());
        assertThat(store.rows()).isEmpty();
    }
}
