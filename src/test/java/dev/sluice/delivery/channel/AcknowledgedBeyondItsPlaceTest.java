package dev.sluice.delivery.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.DirectHome;
import dev.sluice.delivery.ManualClock;
import dev.sluice.delivery.channel.ChannelPolicy.Overflow;
import dev.sluice.delivery.mailbox.Message;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.SessionId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A client has more than it can name: answers on its connection carry no place, and are acknowledged like the rest. */
class AcknowledgedBeyondItsPlaceTest {
    private static final ChannelName FEW = new ChannelName("few");

    /** Its history is so short that only the mailbox has everything. */
    private final ChannelPolicies policies =
            new ChannelPolicies(List.of(), new ChannelPolicy(2, 1 << 20, Duration.ofHours(1), false, Overflow.CLOSE));

    private final DirectHome home = new DirectHome();
    private final MemoryNode node =
            MemoryNode.Ground.of(new ManualClock(), home).start(policies, MemoryNode.small(20), 100_000);
    private final ChannelSession session = node.sessions().open(home, new SessionId("secret"), KeepingClient.ANN);
    private final KeepingClient client = new KeepingClient();

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

    private List<String> got() {
        return client.got.stream()
                .filter(Publication.class::isInstance)
                .map(event -> ((Publication) event).data().asString())
                .toList();
    }

    /** @return whether everything comes that is published while the client is away */
    private boolean comesBack(Answer answer) {
        Attachment connection = client.attach(session, ResumeAt.LAST_ACKNOWLEDGED);
        client.subscribe(session, FEW);
        node.publish(FEW, "1");
        ResumeAt place = client.place();
        session.say(answer);
        session.acknowledge(connection, client.last);
        connection.ended(Attachment.End.LOST);
        node.publish(FEW, "2", "3", "4", "5");

        boolean whole = session.coversAll(place).await().atMost(Duration.ofSeconds(1));
        client.attach(session, place);
        return whole;
    }

    @Test
    void whatEndedWithTheConnectionIsNotMissed() {
        assertThat(comesBack(new Answer(true))).isTrue();
        assertThat(got()).containsExactly("1", "2", "3", "4", "5");
    }

    @Test
    void whatItCouldHaveNamedIsMissed() {
        assertThat(comesBack(new Answer(false))).isFalse();
    }
}
