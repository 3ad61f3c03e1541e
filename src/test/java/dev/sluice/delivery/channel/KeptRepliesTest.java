package dev.sluice.delivery.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.delivery.mailbox.MailboxLimits;
import dev.sluice.delivery.mailbox.Message;
import dev.sluice.delivery.mailbox.Outbound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptRepliesTest {
    private final KeptReplies kept = new KeptReplies(new MailboxLimits(1_000, 2, Duration.ofSeconds(30)));

    private void keep(long position, Message reply) {
        kept.keep(new Outbound(position, 1, reply));
    }

    private static Reply answer() {
        return new Reply(Payload.text("answer"), 0);
    }

    private static Unsubscribed ended(String channel) {
        return new Unsubscribed(null, new ChannelName(channel), 0);
    }

    private List<Long> positions() {
        List<Long> positions = new ArrayList<>();
        kept.drainTo(each -> positions.add(each.position()));
        return positions;
    }

    @Test
    void areHeldWithinTheirBoundsAndTheOldestGoFirst() {
        keep(1, answer());
        keep(2, answer());
        keep(3, answer());

        assertThat(kept.hasDroppedAfter(0)).isTrue();
        assertThat(kept.hasDroppedAfter(1)).isFalse();
        assertThat(kept.isLostTo(0)).as("its client asks again").isFalse();
        assertThat(positions()).containsExactly(2L, 3L);
        assertThat(kept.bytes()).isZero();
    }

    @Test
    void whatNobodyAskedForIsKeptAsTheLastWordOfItsChannel() {
        keep(1, ended("a"));
        keep(2, ended("b"));
        keep(3, ended("a"));
        keep(4, answer());
        keep(5, answer());

        assertThat(kept.isLostTo(0)).isFalse();
        assertThat(positions()).containsExactly(2L, 3L, 4L, 5L);
    }

    @Test
    void ofTooManySuchWordsTheOldestIsLost() {
        for (int i = 1; i <= 5; i++) {
            keep(i, ended("channel-" + i));
        }

        assertThat(kept.isLostTo(0)).isTrue();
        assertThat(kept.isLostTo(1)).isFalse();
        assertThat(positions()).containsExactly(2L, 3L, 4L, 5L);
    }

    @Test
    void whatIsAcknowledgedGoes() {
        keep(1, ended("a"));
        keep(2, answer());
        keep(3, answer());
        kept.acknowledged(2);

        assertThat(positions()).containsExactly(3L);
    }
}
