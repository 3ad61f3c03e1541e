package dev.sluice.delivery.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.delivery.Letter;
import dev.sluice.delivery.mailbox.Mailbox.Offered;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryMailboxTest {
    private static final Duration AGE = Duration.ofSeconds(30);

    private MemoryMailbox mailbox = new MemoryMailbox(new MailboxLimits(1_000, 10, AGE));

    @Test
    void takesInOrderWithinFramesAndBytes() {
        offer(5);

        assertThat(take(2)).containsExactly(1L, 2L);
        List<Outbound> into = new ArrayList<>();
        mailbox.take(into, 100, 15, 0);
        assertThat(into).extracting(Outbound::position).containsExactly(3L, 4L);
    }

    @Test
    void movesAtLeastOneMessageHoweverLarge() {
        mailbox.offer(new Letter("huge", 900));

        List<Outbound> into = new ArrayList<>();
        mailbox.take(into, 100, 1, 0);

        assertThat(into).hasSize(1);
    }

    @Test
    void refusesWhatTheUnsentZoneCannotHoldAndKeepsItsPosition() {
        offer(10);

        assertThat(mailbox.offer(Letter.of("eleventh"))).isEqualTo(Offered.OVERFLOW);
        assertThat(take(100)).hasSize(10);
        assertThat(mailbox.offer(Letter.of("eleventh"))).isEqualTo(Offered.KEPT);
        assertThat(take(100)).containsExactly(11L);
    }

    @Test
    void boundsTheUnsentZoneInBytesButTakesALoneHugeMessage() {
        assertThat(mailbox.offer(new Letter("huge", 5_000))).isEqualTo(Offered.KEPT);
        assertThat(mailbox.offer(Letter.of("next"))).isEqualTo(Offered.OVERFLOW);
    }

    @Test
    void sendsWhatWasSentAgainAfterALoss() {
        offer(4);
        take(3);
        mailbox.released(0);

        assertThat(mailbox.resume(Resume.LAST_ACKNOWLEDGED, 0)).isTrue();
        List<Outbound> into = new ArrayList<>();
        mailbox.take(into, 100, 1_000, 0);

        assertThat(into).extracting(Outbound::position).containsExactly(1L, 2L, 3L, 4L);
        assertThat(into).extracting(Outbound::attempt).containsExactly(2, 2, 2, 1);
    }

    @Test
    void trimsToAfterAndSendsTheRest() {
        offer(4);
        take(4);

        assertThat(mailbox.resume(Resume.after(2), 0)).isTrue();

        assertThat(take(100)).containsExactly(3L, 4L);
        assertThat(mailbox.floor()).isEqualTo(3);
        assertThat(mailbox.heldBytes()).isEqualTo(20);
    }

    @Test
    void answersTheSameAfterTheSameWay() {
        offer(3);
        mailbox.resume(Resume.after(0), 0);
        take(100);

        mailbox.resume(Resume.after(0), 0);

        assertThat(take(100)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void refusesToResumeAboveTheLastSent() {
        offer(3);
        take(2);

        assertThat(mailbox.resume(Resume.after(3), 0)).isFalse();
        assertThat(mailbox.resume(Resume.after(2), 0)).isTrue();
    }

    @Test
    void refusesToResumeBelowWhatWasAcknowledgedAndChangesNothing() {
        offer(4);
        take(3);
        mailbox.acknowledge(2);

        assertThat(mailbox.resume(Resume.after(1), 0)).isFalse();

        assertThat(take(100)).containsExactly(4L);
        assertThat(mailbox.floor()).isEqualTo(3);
    }

    @Test
    void takesNoAcknowledgementOnCreditAndUndoesNone() {
        offer(4);
        take(2);

        mailbox.acknowledge(3);
        assertThat(mailbox.floor()).isEqualTo(1);
        mailbox.acknowledge(2);
        mailbox.acknowledge(1);
        assertThat(mailbox.floor()).isEqualTo(3);
    }

    @Test
    void raisesTheFloorWhenTheSentZoneIsFullInFrames() {
        offer(10);
        take(10);
        offer(3);
        take(3);

        assertThat(mailbox.floor()).isEqualTo(4);
        assertThat(mailbox.floorRaises()).isEqualTo(3);
        assertThat(mailbox.resume(Resume.after(2), 0)).isFalse();
        assertThat(mailbox.resume(Resume.LAST_ACKNOWLEDGED, 0)).isFalse();
        assertThat(mailbox.resume(Resume.after(3), 0)).isTrue();
        assertThat(take(100)).hasSize(10).startsWith(4L);
    }

    @Test
    void raisesTheFloorWhenTheSentZoneIsFullInBytes() {
        mailbox.offer(new Letter("a", 600));
        take(1);
        mailbox.offer(new Letter("b", 600));
        take(1);

        assertThat(mailbox.floor()).isEqualTo(2);
        assertThat(mailbox.heldBytes()).isEqualTo(600);
    }

    @Test
    void countsWhatIsSentAgainOnce() {
        offer(6);
        take(6);
        mailbox.resume(Resume.LAST_ACKNOWLEDGED, 0);
        take(6);

        assertThat(mailbox.heldBytes()).isEqualTo(60);
        mailbox.acknowledge(6);
        assertThat(mailbox.heldBytes()).isZero();
    }

    @Test
    void continuesWithWhatIsNewOnly() {
        offer(2);
        take(2);
        offer(1);

        assertThat(mailbox.resume(Resume.CONTINUE, 0)).isTrue();

        assertThat(take(100)).containsExactly(3L);
    }

    @Test
    void cutsDownToItsPositions() {
        offer(4);
        take(2);
        mailbox.cutDown();

        assertThat(mailbox.heldBytes()).isZero();
        assertThat(mailbox.due(0)).isFalse();
        assertThat(mailbox.resume(Resume.after(2), 0)).isFalse();
        assertThat(mailbox.resume(Resume.LAST_ACKNOWLEDGED, 0)).isFalse();
    }

    @Test
    void resumesAfterACutDownThatDroppedNothingOfIt() {
        offer(2);
        take(2);
        mailbox.cutDown();

        assertThat(mailbox.resume(Resume.after(2), 0)).isTrue();
        offer(1);
        assertThat(take(100)).containsExactly(3L);
    }

    @Test
    void doesNotContinueOverAGapAfterACutDown() {
        offer(2);
        take(1);
        mailbox.cutDown();
        offer(1);

        assertThat(mailbox.resume(Resume.CONTINUE, 0)).isFalse();
    }

    @Test
    void keepsTheCursorBehindWhatAReplayHasNotSentYet() {
        offer(5);
        take(5);
        mailbox.resume(Resume.after(1), 0);
        assertThat(mailbox.lastSent()).isEqualTo(1);

        take(2);

        assertThat(mailbox.lastSent()).isEqualTo(3);
        // The client names the cursor that it was given: nothing may be lost by that.
        mailbox.resume(Resume.after(mailbox.lastSent()), 0);
        assertThat(take(100)).containsExactly(4L, 5L);
    }

    @Test
    void doesNotContinueBehindALoss() {
        offer(2);
        take(2);
        mailbox.released(0);
        offer(1);

        assertThat(mailbox.resume(Resume.CONTINUE, 0)).isTrue();

        assertThat(take(100)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void acknowledgesWhatAnEarlierAttachmentWasSentWhileItIsReplayed() {
        offer(4);
        take(4);
        mailbox.resume(Resume.LAST_ACKNOWLEDGED, 0);
        take(1);

        mailbox.acknowledge(3);

        assertThat(take(100)).containsExactly(4L);
    }

    @Test
    void asksForAnEarlyAcknowledgementAtHalfTheSentZone() {
        offer(5);
        take(4);
        assertThat(mailbox.sentHalfFull()).isFalse();
        take(1);
        assertThat(mailbox.sentHalfFull()).isTrue();
    }

    @Test
    void beginsAnewAtAPositionThatNoFrameHad() {
        offer(5);
        take(3);

        mailbox.restart();

        assertThat(mailbox.holdsAfter(3)).isFalse();
        assertThat(mailbox.holdsAfter(5)).isFalse();
        assertThat(mailbox.holdsAfter(mailbox.lastSent())).isTrue();
        assertThat(mailbox.heldBytes()).isZero();
        offer(1);
        assertThat(take(10)).containsExactly(7L);
    }

    private void offer(int count) {
        for (int i = 0; i < count; i++) {
            assertThat(mailbox.offer(Letter.of("m"))).isEqualTo(Offered.KEPT);
        }
    }

    private List<Long> take(int frames) {
        List<Outbound> into = new ArrayList<>();
        mailbox.take(into, frames, 100_000, 0);
        return into.stream().map(Outbound::position).toList();
    }
}
