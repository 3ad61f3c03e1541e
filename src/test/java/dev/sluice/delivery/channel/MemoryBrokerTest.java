package dev.sluice.delivery.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.DirectHome;
import dev.sluice.delivery.ManualClock;
import dev.sluice.delivery.channel.ChannelPolicies.Rule;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.SessionId;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MemoryBrokerTest {
    private static final ChannelName NEWS = new ChannelName("news");
    private static final ChannelName KEPT = new ChannelName("kept");

    private final ManualClock clock = new ManualClock();
    private final DirectHome home = new DirectHome();
    private final MemoryDurableLog log = new MemoryDurableLog();
    private final AtomicInteger epochs = new AtomicInteger();
    private final MemoryBroker broker = broker(new BrokerLimits(10, 1_000, 10, 3, 2));
    private final Listener hub = new Listener();

    private MemoryBroker broker(BrokerLimits limits) {
        ChannelPolicy brief = new ChannelPolicy(3, 1_000, Duration.ofMinutes(1), false, ChannelPolicy.Overflow.CLOSE);
        ChannelPolicy durable = new ChannelPolicy(3, 1_000, Duration.ofHours(1), true, ChannelPolicy.Overflow.CLOSE);
        ChannelPolicies policies = new ChannelPolicies(List.of(new Rule("kept*", durable)), brief);
        return new MemoryBroker(
                home, log, policies, limits, clock, () -> "e" + epochs.incrementAndGet(), ChannelObserver.NONE);
    }

    private final class Listener implements Broker.Hub {
        final List<String> heard = new ArrayList<>();
        final List<Watermark> marks = new ArrayList<>();

        @Override
        public Home home() {
            return home;
        }

        @Override
        public void joined(ChannelName channel, StreamPosition head, Watermark mark) {
            heard.add("joined " + channel + " " + head.offset());
        }

        @Override
        public void refused(ChannelName channel, Throwable why) {
            heard.add("refused " + channel);
        }

        @Override
        public void published(List<Publication> publications, Runnable done) {
            publications.forEach(each -> {
                heard.add(each.channel() + " " + each.offset());
                marks.add(each.mark());
            });
            done.run();
        }

        @Override
        public void presence(PresenceChange change) {
            heard.add(change.action() + " " + change.members().get(0).clientId());
        }
    }

    private static NewPublication to(ChannelName channel, String data) {
        return new NewPublication(channel, "e", Payload.text(data), null, null, null);
    }

    private static NewPublication keyed(ChannelName channel, String data) {
        return new NewPublication(
                channel, "e", Payload.text(data), null, null, new NewPublication.Idempotency("me", "key", data));
    }

    private static <T> Asked<T> ask(Uni<T> question) {
        Asked<T> asked = new Asked<>();
        question.subscribe().with(answer -> asked.answer = answer, failure -> asked.failure = failure);
        return asked;
    }

    private static final class Asked<T> {
        T answer;
        Throwable failure;

        ProblemCode problem() {
            return ((SluiceException) failure).code();
        }
    }

    @Test
    void givesEachChannelItsOffsetsAndAllOneOrder() {
        broker.join(NEWS, hub);
        broker.join(KEPT, hub);

        ask(broker.publish(List.of(to(NEWS, "a"), to(KEPT, "b"), to(NEWS, "c"))));

        assertThat(hub.heard).containsExactly("joined news 0", "joined kept 0", "news 1", "kept 1", "news 2");
        for (int i = 1; i < hub.marks.size(); i++) {
            assertThat(hub.marks.get(i).max(hub.marks.get(i - 1))).isEqualTo(hub.marks.get(i));
        }
    }

    @Test
    void tellsALostPlaceFromAnEmptyHistory() {
        for (int i = 0; i < 5; i++) {
            ask(broker.publish(List.of(to(NEWS, "x" + i))));
        }

        assertThat(ask(broker.history(NEWS, 1, 10)).answer.lost()).isTrue();
        assertThat(ask(broker.history(NEWS, 2, 10)).answer.publications()).hasSize(3);
        assertThat(ask(broker.history(NEWS, 5, 10)).answer.lost()).isFalse();
        assertThat(ask(broker.historyAfter(NEWS, new Watermark(1, 0), 10))
                        .answer
                        .lost())
                .isTrue();
        assertThat(ask(broker.historyAfter(NEWS, new Watermark(2, 0), 10))
                        .answer
                        .after())
                .isEqualTo(2);

        clock.advance(Duration.ofMinutes(2));

        HistoryPage page = ask(broker.historyAfter(NEWS, new Watermark(5, 0), 10)).answer;
        assertThat(page.lost()).isFalse();
        assertThat(page.publications()).isEmpty();
        assertThat(ask(broker.historyAfter(NEWS, new Watermark(4, 0), 10))
                        .answer
                        .lost())
                .isTrue();
    }

    @Test
    void aRepeatedKeyHasOneEffect() {
        StreamPosition first =
                ask(broker.publish(List.of(keyed(NEWS, "a")))).answer.get(0);

        assertThat(ask(broker.publish(List.of(keyed(NEWS, "a")))).answer).containsExactly(first);
        assertThat(ask(broker.publish(List.of(keyed(NEWS, "b")))).problem())
                .isEqualTo(ProblemCode.IDEMPOTENCY_CONFLICT);
        assertThat(ask(broker.head(NEWS)).answer.offset()).isEqualTo(1);

        clock.advance(Duration.ofHours(25));
        assertThat(ask(broker.publish(List.of(keyed(NEWS, "a")))).answer).doesNotContain(first);
    }

    @Test
    void aRepeatWithinABatchIsOnePublication() {
        List<StreamPosition> places = ask(broker.publish(List.of(keyed(NEWS, "a"), keyed(NEWS, "a")))).answer;

        assertThat(places.get(0)).isEqualTo(places.get(1));
        assertThat(ask(broker.head(NEWS)).answer.offset()).isEqualTo(1);
    }

    @Test
    void aConflictRefusesTheWholeBatchAndFreesItsKeys() {
        ask(broker.publish(List.of(keyed(NEWS, "a"))));
        NewPublication other = new NewPublication(
                NEWS, "e", Payload.text("x"), null, null, new NewPublication.Idempotency("me", "other", "x"));

        assertThat(ask(broker.publish(List.of(other, keyed(NEWS, "b")))).problem())
                .isEqualTo(ProblemCode.IDEMPOTENCY_CONFLICT);
        assertThat(ask(broker.publish(List.of(other))).answer.get(0).offset()).isEqualTo(2);
    }

    @Test
    void findsAKeyInTheLogAfterARestart() {
        StreamPosition first =
                ask(broker.publish(List.of(keyed(KEPT, "a")))).answer.get(0);
        MemoryBroker next = broker(BrokerLimits.DEFAULT);

        assertThat(ask(next.publish(List.of(keyed(KEPT, "a")))).answer).containsExactly(first);
    }

    @Test
    void publishesNothingThatIsNotStored() {
        broker.join(KEPT, hub);
        log.mood(MemoryDurableLog.Mood.AWAY);

        assertThat(ask(broker.publish(List.of(to(KEPT, "a"), to(NEWS, "b")))).problem())
                .isEqualTo(ProblemCode.STORE_UNAVAILABLE);
        assertThat(hub.heard).containsExactly("joined kept 0");
        assertThat(ask(broker.head(NEWS)).answer.offset()).isZero();
    }

    @Test
    void givesOutWhatWasStoredInDoubtBeforeAnythingNewer() {
        broker.join(KEPT, hub);
        log.mood(MemoryDurableLog.Mood.DOUBTFUL);
        assertThat(ask(broker.publish(List.of(to(KEPT, "a")))).problem()).isEqualTo(ProblemCode.STORE_UNAVAILABLE);
        log.mood(MemoryDurableLog.Mood.WELL);

        ask(broker.publish(List.of(to(KEPT, "b"))));

        assertThat(hub.heard).containsExactly("joined kept 0", "kept 1", "kept 2");
    }

    @Test
    void writesWhatComesMeanwhileInOneBatch() {
        ask(broker.head(KEPT));
        home.queueing();
        for (int i = 0; i < 5; i++) {
            ask(broker.publish(List.of(to(KEPT, "x" + i))));
        }
        home.runsAtOnce();

        assertThat(log.appends).isEqualTo(2);
        assertThat(ask(broker.head(KEPT)).answer.offset()).isEqualTo(5);
    }

    @Test
    void refusesMoreThanMayWait() {
        home.queueing();
        List<Asked<List<StreamPosition>>> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            all.add(ask(broker.publish(List.of(to(NEWS, "x" + i)))));
        }
        home.runsAtOnce();

        assertThat(all.stream().filter(each -> each.answer != null)).hasSize(10);
        assertThat(all.get(11).problem()).isEqualTo(ProblemCode.TOO_MANY_PUBLICATIONS);
        assertThat(ask(broker.publish(List.of(to(NEWS, "y")))).answer).isNotNull();
    }

    @Test
    void forgetsTheLongestUnusedWhereThereAreTooMany() {
        broker.join(NEWS, hub);
        ask(broker.publish(List.of(to(NEWS, "a"))));
        for (int i = 0; i < 5; i++) {
            ask(broker.publish(List.of(to(new ChannelName("c" + i), "a"))));
        }

        broker.tick(clock.millis());

        assertThat(ask(broker.channels("", 10)).answer.stream()
                        .map(each -> each.channel().value()))
                .containsExactly("c3", "c4", "news");
    }

    @Test
    void oneClientComesWithItsFirstSessionAndGoesWithItsLast() {
        broker.join(NEWS, hub);
        Member ann = new Member("ann", null, null, Instant.EPOCH);
        SessionId one = new SessionId("1");
        SessionId two = new SessionId("2");

        ask(broker.enter(NEWS, one, ann));
        ask(broker.enter(NEWS, two, ann));
        ask(broker.enter(NEWS, two, ann));
        broker.exit(NEWS, one);
        broker.exit(NEWS, one);
        assertThat(ask(broker.members(NEWS)).answer).hasSize(1);
        broker.exit(NEWS, two);

        assertThat(hub.heard).containsExactly("joined news 0", "JOIN ann", "LEAVE ann");
        assertThat(ask(broker.members(NEWS)).answer).isEmpty();
    }
}
