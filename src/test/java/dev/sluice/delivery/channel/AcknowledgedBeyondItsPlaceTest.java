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
import dev.sluice.delivery.mailbox.Message;
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

/** A client has more than it can name: answers on its connection carry no place, and are acknowledged like the rest. */
class AcknowledgedBeyondItsPlaceTest {
    private static final ChannelName FEW = new ChannelName("few");

    private final ManualClock clock = new ManualClock();
    private final DirectHome home = new DirectHome();
    private final AtomicInteger texts = new AtomicInteger();
    /** Its history is so short that only the mailbox has everything. */
    private final ChannelPolicies policies =
            new ChannelPolicies(List.of(), new ChannelPolicy(2, 1 << 20, Duration.ofHours(1), false, Overflow.CLOSE));

    private final MemoryBroker broker = new MemoryBroker(
            home, new MemoryDurableLog(), policies, BrokerLimits.DEFAULT, clock, this::text, ChannelObserver.NONE);
    private final ChannelSessions sessions = new ChannelSessions(
            new ChannelSessions.Ports(
                    broker,
                    policies,
                    new MemorySessionStore(),
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
    private final ChannelSession session =
            sessions.open(home, new SessionId("secret"), new Client("ann", "ann", "test", null, ""));
    private final List<String> got = new ArrayList<>();
    private @Nullable SessionCursor last;

    private String text() {
        return "t" + texts.incrementAndGet();
    }

    /** Said over one connection, worth nothing on another. */
    private record Answer(boolean endsWithItsConnection) implements Message {
        @Override
        public int bytes() {
            return 1;
        }

        @Override
        public long appendedAt() {
            return 0;
        }
    }

    private Attachment attach(ResumeAt from) {
        FakeTransport transport = FakeTransport.websocket(100).answersAtOnce(true);
        Pipe pipe = new Pipe(
                transport,
                out -> {
                    Message what = Placed.unwrap(out.message());
                    if (what instanceof Publication event) {
                        got.add(event.data().asString());
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

    private void subscribe() {
        session.subscribe(null, new Subscribe(FEW, null, false), new Answers<Subscribed>() {
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

    private void publish(String... data) {
        for (String each : data) {
            broker.publish(List.of(new NewPublication(FEW, "e", Payload.text(each), null, null, null)))
                    .subscribe()
                    .with(places -> {});
        }
    }

    /** @return whether everything comes that is published while the client is away */
    private boolean comesBack(Answer answer) {
        Attachment connection = attach(ResumeAt.LAST_ACKNOWLEDGED);
        subscribe();
        publish("1");
        ResumeAt place = ResumeAt.after(last);
        session.say(answer);
        session.acknowledge(connection, last);
        connection.ended(Attachment.End.LOST);
        publish("2", "3", "4", "5");

        boolean whole = session.coversAll(place).await().atMost(Duration.ofSeconds(1));
        attach(place);
        return whole;
    }

    @Test
    void whatEndedWithTheConnectionIsNotMissed() {
        assertThat(comesBack(new Answer(true))).isTrue();
        assertThat(got).containsExactly("1", "2", "3", "4", "5");
    }

    @Test
    void whatItCouldHaveNamedIsMissed() {
        assertThat(comesBack(new Answer(false))).isFalse();
    }
}
