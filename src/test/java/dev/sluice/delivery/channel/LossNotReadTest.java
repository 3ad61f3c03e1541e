package dev.sluice.delivery.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.DirectHome;
import dev.sluice.delivery.FakeTransport;
import dev.sluice.delivery.ManualClock;
import dev.sluice.delivery.channel.ChannelPolicy.Overflow;
import dev.sluice.delivery.mailbox.MailboxLimits;
import dev.sluice.delivery.mailbox.MemoryBudget;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.Pipe;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.session.SessionLimits;
import dev.sluice.delivery.session.SessionObserver;
import dev.sluice.delivery.session.SessionRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A session said that events are lost, and its client was gone before it could read that. */
class LossNotReadTest {
    private static final ChannelName FEW = new ChannelName("few");
    private static final SessionId ID = new SessionId("secret");

    private final ManualClock clock = new ManualClock();
    private final DirectHome home = new DirectHome();
    private final MemorySessionStore store = new MemorySessionStore();
    private final MemoryDurableLog log = new MemoryDurableLog();
    private final AtomicInteger texts = new AtomicInteger();
    private final ChannelPolicies policies =
            new ChannelPolicies(List.of(), new ChannelPolicy(2, 1 << 20, Duration.ofHours(1), true, Overflow.CLOSE));
    private final List<String> told = new ArrayList<>();
    private MemoryBroker broker = broker();
    private ChannelSessions sessions = sessions();
    private final ChannelSession first = sessions.open(home, ID, new Client("ann", "ann", "test", null, ""));
    private @Nullable SessionCursor last;

    private MemoryBroker broker() {
        return new MemoryBroker(home, log, policies, BrokerLimits.DEFAULT, clock, this::text, ChannelObserver.NONE);
    }

    private ChannelSessions sessions() {
        return new ChannelSessions(
                new ChannelSessions.Ports(
                        broker,
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
                        new MailboxLimits(10_000, 20, Duration.ofSeconds(30)),
                        2,
                        2,
                        10,
                        10_000,
                        Duration.ofSeconds(30)));
    }

    private String text() {
        return "t" + texts.incrementAndGet();
    }

    private Attachment attach(ChannelSession session, ResumeAt from) {
        FakeTransport transport = FakeTransport.websocket(100).answersAtOnce(true);
        Pipe pipe = new Pipe(
                transport,
                out -> {
                    if (Placed.unwrap(out.message()) instanceof Subscribed subscribed) {
                        told.add("recovered " + subscribed.recovered());
                    }
                    last = SessionCursor.of(session.epoch(), out);
                    return Payload.text("x");
                },
                100,
                1 << 20,
                () -> {});
        Attachment made = session.attach(new Connection("ann", pipe, accepted -> {}, farewell -> {}), from)
                .attachment();
        transport.bind(made);
        return made;
    }

    private void publish(String... data) {
        for (String each : data) {
            broker.publish(List.of(new NewPublication(FEW, "e", Payload.text(each), null, null, null)))
                    .subscribe()
                    .with(places -> {});
        }
    }

    private void subscribe() {
        first.subscribe(null, new Subscribe(FEW, null, false), new Answers<Subscribed>() {
            @Override
            public Subscribed done(Subscribed outcome) {
                return outcome;
            }

            @Override
            public @Nullable Reply failed(SluiceException why) {
                throw new AssertionError(why);
            }
        });
    }

    /** @return where the client is, which does not know of its loss */
    private ResumeAt losesWhatItDoesNotRead() {
        Attachment connection = attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        subscribe();
        publish("1");
        ResumeAt place = ResumeAt.after(last);
        connection.ended(Attachment.End.LOST);
        publish("2", "3", "4", "5");
        first.cutDown();
        told.clear();
        attach(first, place).ended(Attachment.End.LOST);
        assertThat(told).containsExactly("recovered false");
        told.clear();
        return place;
    }

    private static boolean coversAll(ChannelSession session, ResumeAt place) {
        return session.coversAll(place).await().atMost(Duration.ofSeconds(1));
    }

    @Test
    void isNoReasonToSayThatNothingIsMissing() {
        ResumeAt place = losesWhatItDoesNotRead();

        assertThat(coversAll(first, place)).isFalse();
        assertThat(coversAll(first, ResumeAt.after(last))).as("who has read it").isTrue();
    }

    @Test
    void isLostAfterAKillAsWell() {
        ResumeAt place = losesWhatItDoesNotRead();
        clock.advance(Duration.ofSeconds(20));
        sessions.tick(home, clock.millis());

        broker = broker();
        sessions = sessions();
        ChannelSession back = sessions.restore(home, ID).await().atMost(Duration.ofSeconds(1));

        assertThat(coversAll(back, place)).isFalse();
        assertThat(attach(back, place)).as("410").isNull();
        assertThat(coversAll(back, ResumeAt.after(last))).as("who has read it").isTrue();
    }

    /** It came back after the kill, was gone again before it read of the loss, and names the place of its first life. */
    @Test
    void isNotForgottenByWhoComesBackTwiceAfterAKill() {
        Attachment connection = attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        subscribe();
        publish("1");
        ResumeAt place = ResumeAt.after(last);
        connection.ended(Attachment.End.LOST);
        publish("2", "3", "4", "5");
        broker = broker();
        sessions = sessions();
        ChannelSession back = sessions.restore(home, ID).await().atMost(Duration.ofSeconds(1));
        attach(back, place).ended(Attachment.End.LOST);
        assertThat(told).endsWith("recovered false");

        assertThat(coversAll(back, place)).isFalse();
    }
}
