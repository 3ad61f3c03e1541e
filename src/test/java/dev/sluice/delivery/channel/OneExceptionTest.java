package dev.sluice.delivery.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.mailbox.MailboxLimits;
import dev.sluice.delivery.mailbox.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A cursor excepts one channel from its mark. Answers that stand in a mailbox may each except one of their own, and what
 * stood between them and ended the first exception may be dropped.
 */
class OneExceptionTest {
    private static final int FIRST = 0;
    private static final int SECOND = 2;

    private final ChannelMailbox mailbox = new ChannelMailbox(MailboxLimits.DEFAULT, Watermark.NONE, () -> {});
    private final List<Message> displaced = new ArrayList<>();

    private static Subscribed answer(String channel) {
        return new Subscribed(null, new ChannelName(channel), 0, new StreamPosition("e", 0), true, null, 0);
    }

    private static Message placed(Message answer, int subscription) {
        return new Placed(answer, new Watermark(0, 5), subscription, 0);
    }

    private List<Message> held() {
        List<Message> held = new ArrayList<>();
        mailbox.zones().forEachHeld(each -> held.add(Placed.unwrap(each.message())));
        return held;
    }

    private void drop() {
        mailbox.dropUnsent(message -> false, displaced::add);
    }

    @Test
    void staysWithTheFirstOfTwoChannels() {
        Subscribed first = answer("first");
        Subscribed second = answer("second");
        mailbox.offer(placed(first, FIRST));
        mailbox.offer(placed(second, SECOND));

        drop();

        assertThat(held()).containsExactly(first);
        assertThat(displaced).containsExactly(second);
        assertThat(mailbox.tail().subscription).isEqualTo(FIRST);
    }

    @Test
    void isKnownOfWhatWasSentAsWell() {
        Subscribed first = answer("first");
        mailbox.offer(placed(first, FIRST));
        mailbox.takeOnly(0);
        mailbox.offer(placed(answer("second"), SECOND));

        drop();

        assertThat(held()).containsExactly(first);
        assertThat(displaced).hasSize(1);
    }

    @Test
    void letsAnswersOfTheSameChannelBe() {
        Subscribed first = answer("first");
        Subscribed again = answer("first");
        mailbox.offer(placed(first, FIRST));
        mailbox.offer(placed(again, FIRST));

        drop();

        assertThat(held()).containsExactly(first, again);
        assertThat(displaced).isEmpty();
    }
}
