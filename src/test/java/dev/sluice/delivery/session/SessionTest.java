package dev.sluice.delivery.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.Disconnect;
import dev.sluice.delivery.DirectHome;
import dev.sluice.delivery.FakeTransport;
import dev.sluice.delivery.Letter;
import dev.sluice.delivery.ManualClock;
import dev.sluice.delivery.Pipes;
import dev.sluice.delivery.mailbox.Mailbox.Offered;
import dev.sluice.delivery.mailbox.MailboxLimits;
import dev.sluice.delivery.mailbox.MemoryMailbox;
import dev.sluice.delivery.mailbox.Resume;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionTest {
    private final ManualClock clock = new ManualClock();
    private final DirectHome home = new DirectHome();
    private final MemoryMailbox mailbox = new MemoryMailbox(new MailboxLimits(10_000, 10, Duration.ofSeconds(30)));
    private final List<Session> buried = new ArrayList<>();
    private final Session session = new Session(
            new SessionId("s"),
            home,
            mailbox,
            new SessionLimits(Duration.ofSeconds(10), Duration.ofMinutes(2), Duration.ofSeconds(30)),
            clock,
            SessionObserver.NONE,
            buried::add);

    private final FakeTransport first = FakeTransport.websocket(1);
    private final FakeTransport second = FakeTransport.websocket(10);

    @Test
    void deliversOnceWhenSwitchingMidBatch() {
        publish("a", "b", "c");
        attach(first, Resume.after(0));
        first.acceptOne();
        first.receiveAll();

        attach(second, Resume.after(1));
        first.acceptAll();

        assertThat(second.frames()).containsExactly("2:b", "3:c");
        assertThat(first.frames()).containsExactly("1:a", "2:b");
    }

    @Test
    void answersAPollWithTheCursorOfItsLastFrame() {
        publish("a", "b", "c");
        attach(second, Resume.after(0));
        second.cut();
        FakeTransport poll = FakeTransport.poll();

        poll.bind(session.attach(Pipes.of(poll, 2, () -> {}), Resume.after(0)));

        assertThat(poll.handed()).hasSize(1);
        assertThat(poll.handed().get(0).cursor()).isEqualTo(2);
    }

    @Test
    void sendsMoreWhenTheTransportIsWritableAgain() {
        attach(first, Resume.after(0));
        publish("a", "b", "c");
        assertThat(first.frames()).containsExactly("1:a");

        first.acceptOne();
        assertThat(first.frames()).containsExactly("1:a", "2:b");
    }

    @Test
    void voidsTheAcknowledgementOfAFencedAttachment() {
        publish("a");
        attach(first, Resume.after(0));
        attach(second, Resume.after(0));

        attachmentOf(first).acknowledge(1);

        assertThat(mailbox.floor()).isEqualTo(1);
        attachmentOf(second).acknowledge(1);
        assertThat(mailbox.floor()).isEqualTo(2);
    }

    @Test
    void voidsTheEndOfAFencedAttachment() {
        attach(first, Resume.after(0));
        attach(second, Resume.after(0));

        first.cut();
        publish("a");

        assertThat(session.state().kind()).isEqualTo(SessionState.Kind.ATTACHED);
        assertThat(second.frames()).containsExactly("1:a");
    }

    @Test
    void voidsTheFailedWriteOfAFencedAttachment() {
        publish("a");
        attach(first, Resume.after(0));
        home.queueing();
        first.cut();
        home.here(() -> attach(second, Resume.after(0)));

        home.runAll();

        assertThat(session.state().kind()).isEqualTo(SessionState.Kind.ATTACHED);
    }

    @Test
    void writesNothingToAFencedTransportThatBecomesWritable() {
        attach(first, Resume.after(0));
        publish("a", "b");
        attach(second, Resume.after(0));

        first.acceptAll();

        assertThat(first.frames()).containsExactly("1:a");
        assertThat(second.frames()).containsExactly("1:a", "2:b");
    }

    @Test
    void tellsTheFencedConnectionOnceAndBeforeTheReplay() {
        publish("a");
        List<String> order = new ArrayList<>();
        session.attach(Pipes.of(first, 10, () -> order.add("fenced")), Resume.after(0));
        second.onSend(batch -> order.add("replay"));

        attach(second, Resume.after(0));

        assertThat(order).containsExactly("fenced", "replay");
    }

    @Test
    void leavesThePresentAttachmentAloneWhenAResumeIsRefused() {
        publish("a");
        attach(first, Resume.after(0));

        assertThat(session.attach(Pipes.of(second, 10, () -> {}), Resume.after(7)))
                .isNull();

        attachmentOf(first).acknowledge(1);
        assertThat(mailbox.floor()).isEqualTo(2);
        assertThat(session.state()).isInstanceOf(SessionState.Attached.class);
    }

    @Test
    void survivesATransportThatFailsWithinTheWrite() {
        publish("a", "b");
        first.answersAtOnce(false);

        attach(first, Resume.after(0));

        assertThat(session.state().kind()).isEqualTo(SessionState.Kind.DETACHED);
        attach(second, Resume.LAST_ACKNOWLEDGED);
        assertThat(second.frames()).containsExactly("1:a", "2:b");
    }

    @Test
    void sendsInOrderToATransportThatAcceptsWithinTheWrite() {
        first.answersAtOnce(true);
        attach(first, Resume.after(0));

        publish("a", "b", "c");

        assertThat(first.frames()).containsExactly("1:a", "2:b", "3:c");
    }

    @Test
    void goesOnWithTheNewestWhenAWriteMakesTheClientAttachAgain() {
        publish("a", "b");
        first.onSend(batch -> attach(second, Resume.after(0)));

        session.attach(Pipes.of(first, 1, () -> {}), Resume.after(0));

        assertThat(first.frames()).containsExactly("1:a");
        assertThat(second.frames()).containsExactly("1:a", "2:b");
    }

    @Test
    void detachesAndKeepsEverythingWhenAFrameCannotBeEncoded() {
        publish("a");
        Pipe broken = new Pipe(
                first,
                outbound -> {
                    throw new IllegalStateException("no wire form");
                },
                10,
                10_000,
                () -> {});

        assertThatThrownBy(() -> session.attach(broken, Resume.after(0))).isInstanceOf(IllegalStateException.class);

        assertThat(first.closedWith()).isEqualTo(Disconnect.INTERNAL);
        attach(second, Resume.LAST_ACKNOWLEDGED);
        assertThat(second.frames()).containsExactly("1:a");
    }

    @Test
    void closesATransportThatRefusesWhatIsDueForTooLong() {
        attach(first, Resume.after(0));
        publish("a", "b");
        pass(1);
        pass(29);
        assertThat(first.closedWith()).isNull();

        pass(1);

        assertThat(first.closedWith()).isEqualTo(Disconnect.SLOW_CONSUMER);
        attach(second, Resume.after(0));
        assertThat(second.frames()).containsExactly("1:a", "2:b");
    }

    @Test
    void doesNotCountTheTimeInWhichNothingWasDueAsSlow() {
        attach(first, Resume.after(0));
        publish("a", "b");
        pass(1);
        first.acceptOne();
        publish("c");
        pass(20);
        first.acceptOne();
        pass(20);

        publish("d");
        pass(10);
        assertThat(first.closedWith()).isNull();
    }

    @Test
    void forgetsAStallOnceNothingIsDue() {
        attach(first, Resume.after(0));
        publish("a", "b");
        pass(1);
        attachmentOf(first).acknowledge(1);
        mailbox.cutDown();
        pass(25);

        mailbox.offer(Letter.of("c"));
        session.wake();
        pass(6);

        assertThat(first.closedWith()).isNull();
    }

    @Test
    void endsAfterItsGraceAndNotBefore() {
        attach(first, Resume.after(0));
        first.cut();
        pass(119);
        assertThat(session.state().kind()).isEqualTo(SessionState.Kind.DETACHED);

        pass(1);

        assertThat(session.state().kind()).isEqualTo(SessionState.Kind.CLOSED);
        assertThat(buried).containsExactly(session);
        assertThat(session.attach(Pipes.of(second, 1, () -> {}), Resume.LAST_ACKNOWLEDGED))
                .isNull();
    }

    @Test
    void endsWhenNobodyEverAttaches() {
        pass(9);
        assertThat(buried).isEmpty();
        pass(1);
        assertThat(buried).containsExactly(session);
    }

    @Test
    void isBuriedOnce() {
        session.close(Disconnect.SHUTDOWN);
        session.close(Disconnect.SESSION_GONE);
        pass(1_000);

        assertThat(buried).hasSize(1);
    }

    @Test
    void disconnectsASlowConsumerThatOverflows() {
        attach(first, Resume.after(0));
        publish("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
        assertThat(mailbox.offer(Letter.of("too much"))).isEqualTo(Offered.OVERFLOW);

        session.overflowed();

        assertThat(first.closedWith()).isEqualTo(Disconnect.SLOW_CONSUMER);
        assertThat(session.attach(Pipes.of(second, 10, () -> {}), Resume.after(1)))
                .isNull();
    }

    @Test
    void disconnectsAPollWhoseAnswerNobodyTakes() {
        FakeTransport poll = FakeTransport.poll();
        poll.bind(session.attach(Pipes.of(poll, 1, () -> {}), Resume.after(0)));
        publish("a", "b");

        pass(1);
        pass(30);

        assertThat(poll.closedWith()).isEqualTo(Disconnect.SLOW_CONSUMER);
    }

    @Test
    void doesNotTakeTheWaitForTheNextPollForSlowness() {
        attach(first, Resume.after(0));
        publish("a", "b");
        first.awaitPoll();

        pass(1);
        pass(30);

        assertThat(session.state().kind()).isEqualTo(SessionState.Kind.ATTACHED);
        assertThat(mailbox.heldBytes()).isPositive();
    }

    @Test
    void cutsASessionThatIsAwayDownToItsPositions() {
        attach(first, Resume.after(0));
        publish("a", "b");
        first.cut();

        session.cutDown();

        assertThat(session.state().kind()).isEqualTo(SessionState.Kind.DETACHED);
        assertThat(mailbox.heldBytes()).isZero();
        assertThat(session.attach(Pipes.of(second, 10, () -> {}), Resume.after(0)))
                .isNull();
    }

    @Test
    void doesNotGoOnOverAGapWhenCutDownWhileAttached() {
        attach(first, Resume.after(0));
        publish("a", "b");

        session.cutDown();
        publish("c");
        first.acceptAll();

        assertThat(first.frames()).containsExactly("1:a");
        assertThat(first.closedWith()).isEqualTo(Disconnect.SLOW_CONSUMER);
    }

    private void publish(String... names) {
        for (String name : names) {
            assertThat(mailbox.offer(Letter.of(name))).isEqualTo(Offered.KEPT);
            session.wake();
        }
    }

    private void attach(FakeTransport transport, Resume from) {
        Attachment made = session.attach(Pipes.of(transport, 1, () -> {}), from);
        transport.bind(made);
        assertThat(made).isNotNull();
    }

    private static Attachment attachmentOf(FakeTransport transport) {
        return transport.attachment();
    }

    private void pass(int seconds) {
        clock.advance(Duration.ofSeconds(seconds));
        session.tick(clock.millis());
    }
}
