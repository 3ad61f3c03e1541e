package dev.sluice.delivery.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.delivery.DirectHome;
import dev.sluice.delivery.ManualClock;
import dev.sluice.delivery.channel.ChannelPolicy.Overflow;
import dev.sluice.delivery.session.SessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A channel with more subscribers than are sent something in one turn: two, where a turn is one. */
class ManySubscribersTest {
    private static final ChannelName NEWS = new ChannelName("news");

    private final ChannelPolicies policies =
            new ChannelPolicies(List.of(), new ChannelPolicy(100, 1 << 20, Duration.ofHours(1), false, Overflow.CLOSE));

    private final DirectHome home = new DirectHome();
    private final MemoryNode node =
            MemoryNode.Ground.of(new ManualClock(), home).start(policies, MemoryNode.small(100), 1 << 20);
    private final KeepingClient first = new KeepingClient();
    private final KeepingClient second = new KeepingClient();
    private final ChannelSession ofSecond = node.sessions().open(home, new SessionId("b"), KeepingClient.ANN);
    private final List<StreamPosition> answered = new ArrayList<>();

    @BeforeEach
    void subscribe() {
        ChannelSession ofFirst = node.sessions().open(home, new SessionId("a"), KeepingClient.ANN);
        first.attach(ofFirst, ResumeAt.LAST_ACKNOWLEDGED);
        first.subscribe(ofFirst, NEWS);
        second.attach(ofSecond, ResumeAt.LAST_ACKNOWLEDGED);
        second.subscribe(ofSecond, NEWS);
        first.got.clear();
        second.got.clear();
        home.queueing();
    }

    private void publish(String data) {
        node.broker()
                .publish(List.of(new NewPublication(NEWS, "e", Payload.text(data), null, null, null)))
                .subscribe()
                .with(answered::addAll);
    }

    private static List<String> got(KeepingClient client) {
        return client.got.stream()
                .map(each -> each instanceof Publication event ? event.data().asString() : "told")
                .toList();
    }

    @Test
    void sendsTheRestInFurtherTurnsAndAnswersThen() {
        publish("1");
        home.runNext();

        assertThat(got(first)).containsExactly("1");
        assertThat(got(second)).isEmpty();
        assertThat(answered).isEmpty();

        home.runNext();

        assertThat(got(second)).containsExactly("1");
        assertThat(answered).hasSize(1);
    }

    @Test
    void sendsWhatIsPublishedMeanwhileWithWhatStillWaits() {
        publish("1");
        home.runNext();
        home.here(() -> publish("2"));
        home.runNext();

        assertThat(got(second)).containsExactly("1", "2");
        assertThat(got(first)).containsExactly("1");

        home.runNext();

        assertThat(got(first)).containsExactly("1", "2");
        assertThat(home.runNext()).isFalse();
    }

    @Test
    void sendsAtOnceWhatOneIsToldMeanwhileBehindWhatItWasOffered() {
        publish("1");
        home.runNext();
        home.here(() -> ofSecond.say(new Reply(Payload.text("bye"), 0)));

        assertThat(got(second)).containsExactly("1", "told");
    }
}
