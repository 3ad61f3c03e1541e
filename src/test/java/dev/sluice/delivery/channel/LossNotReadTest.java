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
import org.junit.jupiter.api.Test;

/** A session said that events are lost, and its client was gone before it could read that. */
class LossNotReadTest {
    private static final ChannelName FEW = new ChannelName("few");
    private static final SessionId ID = new SessionId("secret");

    private final ManualClock clock = new ManualClock();
    private final DirectHome home = new DirectHome();
    private final MemoryNode.Ground ground = MemoryNode.Ground.of(clock, home);
    private MemoryNode node = node();
    private final ChannelSession first = node.sessions().open(home, ID, KeepingClient.ANN);
    private final KeepingClient client = new KeepingClient();

    private MemoryNode node() {
        ChannelPolicy policy = new ChannelPolicy(2, 1 << 20, Duration.ofHours(1), true, Overflow.CLOSE);
        return ground.start(new ChannelPolicies(List.of(), policy), MemoryNode.small(20), 100_000);
    }

    /** What it was told of its subscriptions. */
    private List<String> told() {
        return client.got.stream()
                .filter(Subscribed.class::isInstance)
                .map(message -> "recovered " + ((Subscribed) message).recovered())
                .toList();
    }

    /** @return where the client is, which does not know of its loss */
    private ResumeAt losesWhatItDoesNotRead() {
        Attachment connection = client.attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        client.subscribe(first, FEW);
        node.publish(FEW, "1");
        ResumeAt place = client.place();
        connection.ended(Attachment.End.LOST);
        node.publish(FEW, "2", "3", "4", "5");
        first.cutDown();
        client.got.clear();
        client.attach(first, place).ended(Attachment.End.LOST);
        assertThat(told()).containsExactly("recovered false");
        client.got.clear();
        return place;
    }

    private static boolean coversAll(ChannelSession session, ResumeAt place) {
        return session.coversAll(place).await().atMost(Duration.ofSeconds(1));
    }

    @Test
    void isNoReasonToSayThatNothingIsMissing() {
        ResumeAt place = losesWhatItDoesNotRead();

        assertThat(coversAll(first, place)).isFalse();
        assertThat(coversAll(first, client.place())).as("who has read it").isTrue();
    }

    @Test
    void isLostAfterAKillAsWell() {
        ResumeAt place = losesWhatItDoesNotRead();
        clock.advance(Duration.ofSeconds(20));
        node.sessions().tick(home, clock.millis());

        node = node();
        ChannelSession back = node.sessions().restore(home, ID).await().atMost(Duration.ofSeconds(1));

        assertThat(coversAll(back, place)).isFalse();
        assertThat(client.attach(back, place)).as("410").isNull();
        assertThat(coversAll(back, client.place())).as("who has read it").isTrue();
    }

    /** What the record says of it is from before the second time: the place of that was not known by then. */
    @Test
    void isLostAfterAKillThatComesRightBehindItsBeingToldAgain() {
        ResumeAt place = losesWhatItDoesNotRead();
        first.cutDown();
        client.attach(first, place).ended(Attachment.End.LOST);
        assertThat(told()).containsExactly("recovered false");

        node = node();
        ChannelSession back = node.sessions().restore(home, ID).await().atMost(Duration.ofSeconds(1));

        assertThat(client.attach(back, place)).as("410").isNull();
    }

    /** It would stand further up than its record says: with what comes before it a client would seem to have it. */
    @Test
    void isNotToldAgainBeforeThatIsStored() {
        ResumeAt place = losesWhatItDoesNotRead();
        first.cutDown();
        ground.store().away(true);
        client.attach(first, place);
        assertThat(client.got).isEmpty();

        ground.store().away(false);
        node.sessions().tick(home, clock.millis());
        assertThat(told()).containsExactly("recovered false");
    }

    /** A poll that waited in vain is answered with a place as well, and a welcome names one. */
    @Test
    void isNotForgottenForAPlaceThatIsNamedMeanwhile() {
        ResumeAt place = losesWhatItDoesNotRead();
        first.cutDown();
        ground.store().away(true);
        client.attach(first, place).ended(Attachment.End.LOST);
        client.attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        ResumeAt named = ResumeAt.after(first.lastSent());

        ground.store().away(false);
        node = node();
        ChannelSession back = node.sessions().restore(home, ID).await().atMost(Duration.ofSeconds(1));

        assertThat(client.attach(back, named)).as("410").isNull();
    }

    /** The second time it names the place where it really is, and that the history reaches back to. */
    @Test
    void isLookedAtAnewFromWhereItsClientComesBack() {
        Attachment connection = client.attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        client.subscribe(first, FEW);
        node.publish(FEW, "1");
        ResumeAt early = client.place();
        node.publish(FEW, "2", "3");
        ResumeAt late = client.place();
        connection.ended(Attachment.End.LOST);
        node.publish(FEW, "4");
        first.cutDown();
        client.attach(first, early).ended(Attachment.End.LOST);
        assertThat(told()).endsWith("recovered false");
        client.got.clear();

        client.attach(first, late);

        assertThat(told()).isEmpty();
        assertThat(client.got)
                .map(message -> ((Publication) message).data().asString())
                .containsExactly("4");
    }

    /** It came back after the kill, was gone again before it read of the loss, and names the place of its first life. */
    @Test
    void isNotForgottenByWhoComesBackTwiceAfterAKill() {
        Attachment connection = client.attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        client.subscribe(first, FEW);
        node.publish(FEW, "1");
        ResumeAt place = client.place();
        connection.ended(Attachment.End.LOST);
        node.publish(FEW, "2", "3", "4", "5");
        node = node();
        ChannelSession back = node.sessions().restore(home, ID).await().atMost(Duration.ofSeconds(1));
        client.attach(back, place).ended(Attachment.End.LOST);
        assertThat(told()).endsWith("recovered false");

        assertThat(coversAll(back, place)).isFalse();
    }
}
