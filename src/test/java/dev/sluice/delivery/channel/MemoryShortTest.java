package dev.sluice.delivery.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.DirectHome;
import dev.sluice.delivery.ManualClock;
import dev.sluice.delivery.channel.ChannelPolicy.Overflow;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.SessionId;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A client that reads everything and never says so is no slow one, however little memory there is. */
class MemoryShortTest {
    private static final ChannelName NEWS = new ChannelName("news");
    private static final int EVENTS = 30;
    /** Not enough for five of them. */
    private static final long BYTES = 1_000;

    private final ChannelPolicies policies =
            new ChannelPolicies(List.of(), new ChannelPolicy(100, 1 << 20, Duration.ofHours(1), false, Overflow.CLOSE));

    private final DirectHome home = new DirectHome();
    private final MemoryNode node =
            MemoryNode.Ground.of(new ManualClock(), home).start(policies, MemoryNode.small(100), BYTES);
    private final ChannelSession session = node.sessions().open(home, new SessionId("secret"), KeepingClient.ANN);
    private final KeepingClient client = new KeepingClient();

    private List<String> got() {
        return client.got.stream()
                .filter(Publication.class::isInstance)
                .map(event -> ((Publication) event).data().asString())
                .toList();
    }

    private static String event(int number) {
        return "%s %03d".formatted("x".repeat(100), number);
    }

    @Test
    void keepsItsConnectionAndComesBackToWhereItWas() {
        Attachment connection = client.attach(session, ResumeAt.LAST_ACKNOWLEDGED);
        client.subscribe(session, NEWS);
        node.publish(NEWS, event(0));
        ResumeAt early = client.place();
        List<String> rest =
                IntStream.range(1, EVENTS).mapToObj(MemoryShortTest::event).toList();

        rest.forEach(each -> node.publish(NEWS, each));

        assertThat(connection.current()).isTrue();
        assertThat(got()).hasSize(EVENTS).endsWith(event(EVENTS - 1));
        assertThat(session.heldBytes()).isLessThanOrEqualTo(BYTES);

        client.got.clear();
        client.attach(session, early);

        assertThat(got()).isEqualTo(rest);
    }
}
