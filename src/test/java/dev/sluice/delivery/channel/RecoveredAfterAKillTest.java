package dev.sluice.delivery.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.DirectHome;
import dev.sluice.delivery.ManualClock;
import dev.sluice.delivery.channel.ChannelPolicies.Rule;
import dev.sluice.delivery.channel.ChannelPolicy.Overflow;
import dev.sluice.delivery.mailbox.Message;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.session.SessionState;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whether a client is told that it has everything, after the node was killed. */
class RecoveredAfterAKillTest {
    private static final ChannelName KEPT = new ChannelName("kept");
    private static final ChannelName LOST = new ChannelName("lost");
    private static final SessionId ID = new SessionId("secret");

    private final ManualClock clock = new ManualClock();
    private final DirectHome home = new DirectHome();
    private final MemoryNode.Ground ground = MemoryNode.Ground.of(clock, home);
    private final MemorySessionStore store = ground.store();
    private final ChannelPolicies policies =
            new ChannelPolicies(List.of(new Rule("kept", policy(true))), policy(false));
    private ChannelSessions sessions = node();
    private final ChannelSession first = sessions.open(home, ID, KeepingClient.ANN);
    private final KeepingClient client = new KeepingClient();

    private ChannelSessions node() {
        return ground.start(policies, MemoryNode.small(6), 100_000).sessions();
    }

    private static ChannelPolicy policy(boolean durable) {
        return new ChannelPolicy(100, 1 << 20, Duration.ofHours(1), durable, Overflow.CLOSE);
    }

    private boolean tell(ChannelSession session) {
        return session.tell(new Reply(Payload.text("for you"), 0))
                .onItem()
                .transform(kept -> true)
                .await()
                .atMost(Duration.ofSeconds(1));
    }

    private @Nullable ChannelSession back() {
        sessions = node();
        return get(sessions.restore(home, ID));
    }

    private static <T> T get(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(1));
    }

    @Test
    void whoWantsToBeKeptIsKeptWithoutAnyChannel() {
        client.attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        first.keep();

        ChannelSession back = back();

        assertThat(back).isNotNull();
        assertThat(get(back.coversAll(client.place()))).isTrue();
    }

    @Test
    void whatCouldNotBeStoredIsStoredLater() {
        client.attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        store.away(true);
        first.keep();

        store.away(false);
        clock.advance(Duration.ofSeconds(11));
        sessions.tick(home, clock.millis());

        assertThat(back()).isNotNull();
    }

    @Test
    void aVolatileChannelIsNoReasonToBeKeptAndItsLossIsTold() {
        client.attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        client.subscribe(first, LOST);
        assertThat(back()).isNull();

        first.keep();
        assertThat(get(back().coversAll(client.place()))).isFalse();
    }

    @Test
    void whatWasSaidToAClientThatIsAwayIsMissed() {
        Attachment connection = client.attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        client.subscribe(first, KEPT);
        connection.ended(Attachment.End.LOST);
        tell(first);

        ChannelSession back = back();

        assertThat(get(back.coversAll(client.place()))).isFalse();
        assertThat(client.attach(back, client.place())).as("lost").isNull();
    }

    /** It would stand further up than its record says: with what comes before it a client would seem to have it. */
    @Test
    void aWordThatIsSaidFurtherUpIsNotSentBeforeThatIsStored() {
        ResumeAt place = lacksAWordThatIsNotHeld();
        store.away(true);
        client.attach(first, place);
        assertThat(client.got).isEmpty();

        store.away(false);
        sessions.tick(home, clock.millis());
        assertThat(client.got).hasAtLeastOneElementOfType(Reply.class);
    }

    @Test
    void aConnectionThatWaitsForTheStoreForTooLongIsGivenUp() {
        ResumeAt place = lacksAWordThatIsNotHeld();
        store.away(true);
        client.attach(first, place);
        sessions.tick(home, clock.millis());
        clock.advance(Duration.ofSeconds(30));
        sessions.tick(home, clock.millis());
        assertThat(first.state()).isEqualTo(SessionState.Kind.DETACHED);

        store.away(false);
        sessions.tick(home, clock.millis());
        assertThat(client.got).isEmpty();
        client.attach(first, place);
        assertThat(client.got).hasAtLeastOneElementOfType(Reply.class);
    }

    @Test
    void whoeverSaysAWordThatCannotBeStoredIsTold() {
        client.attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        first.keep();
        store.away(true);

        assertThatThrownBy(() -> tell(first)).isInstanceOf(SluiceException.class);
        assertThat(client.got).hasOnlyElementsOfType(Reply.class).hasSize(1);
    }

    private ResumeAt lacksAWordThatIsNotHeld() {
        Attachment connection = client.attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        client.subscribe(first, KEPT);
        ResumeAt place = client.place();
        connection.ended(Attachment.End.LOST);
        tell(first);
        first.cutDown();
        client.got.clear();
        return place;
    }

    @Test
    void whatItLeftDoesNotComeBack() {
        client.attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        first.keep();
        client.subscribe(first, KEPT);
        first.unsubscribe(null, KEPT, new Answers<Unsubscribed>() {
            @Override
            public Message done(Unsubscribed outcome) {
                return outcome;
            }

            @Override
            public @Nullable Message failed(SluiceException why) {
                throw new AssertionError(why);
            }
        });

        assertThat(client.got).last().isInstanceOf(Unsubscribed.class);
        assertThat(back().channels()).isEmpty();
    }

    @Test
    void aWordToOneThatNeverHadAnyIsMissed() {
        Attachment connection = client.attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        first.keep();
        connection.ended(Attachment.End.LOST);
        tell(first);

        assertThat(get(back().coversAll(ResumeAt.LAST_ACKNOWLEDGED))).isFalse();
    }

    @Test
    void aVolatileChannelThatHadNoEventIsLostAllTheSame() {
        client.attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        client.subscribe(first, LOST);
        first.keep();

        assertThat(get(back().coversAll(ResumeAt.LAST_ACKNOWLEDGED))).isFalse();
    }

    @Test
    void whatItGotBeforeTheKillIsNotMissed() {
        client.attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        client.subscribe(first, KEPT);
        tell(first);

        ChannelSession back = back();

        assertThat(get(back.coversAll(client.place()))).isTrue();
        assertThat(get(back.coversAll(ResumeAt.LAST_ACKNOWLEDGED)))
                .as("of a client that names no place, nobody knows")
                .isFalse();
        assertThat(client.attach(back, client.place())).isNotNull();
    }

    @Test
    void whatWasMissedOnceIsMissedAfterASecondKillAsWell() {
        Attachment connection = client.attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        client.subscribe(first, KEPT);
        connection.ended(Attachment.End.LOST);
        tell(first);

        back().tick(clock.millis());
        clock.advance(Duration.ofSeconds(20));
        sessions.tick(home, clock.millis());

        assertThat(get(back().coversAll(client.place()))).isFalse();
    }

    @Test
    void whatIsSaidToOneThatIsNotBackYetIsMissedAfterTheNextKill() {
        Attachment connection = client.attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        client.subscribe(first, KEPT);
        connection.ended(Attachment.End.LOST);

        tell(back());

        assertThat(get(back().coversAll(client.place()))).isFalse();
    }

    @Test
    void whatItAcknowledgedIsNotMissedWhateverPlaceItNames() {
        Attachment connection = client.attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        client.subscribe(first, KEPT);
        tell(first);
        first.acknowledge(connection, client.last);
        clock.advance(Duration.ofSeconds(20));
        sessions.tick(home, clock.millis());

        assertThat(get(back().coversAll(ResumeAt.LAST_ACKNOWLEDGED))).isTrue();
    }

    /** Its record is deleted some time later; until then nobody may find it. */
    @Test
    void aSessionThatEndedDoesNotComeBackWhileItsRecordIsStillThere() {
        client.attach(first, ResumeAt.LAST_ACKNOWLEDGED);
        first.keep();
        store.away(true);
        first.end(Disconnect.SESSION_GONE);
        store.away(false);

        assertThat(store.rows()).isNotEmpty();
        assertThat(get(sessions.restore(home, ID))).isNull();

        sessions.tick(home, clock.millis());
        assertThat(store.rows()).isEmpty();
    }
}
