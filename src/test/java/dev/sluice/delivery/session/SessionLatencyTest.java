package dev.sluice.delivery.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.mailbox.MailboxLimits;
import dev.sluice.delivery.mailbox.MemoryMailbox;
import dev.sluice.delivery.mailbox.Message;
import dev.sluice.delivery.mailbox.Resume;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which deliveries tell a latency, and which. */
class SessionLatencyTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final MemoryMailbox mailbox = new MemoryMailbox(MailboxLimits.DEFAULT);
    private final List<Long> latencies = new ArrayList<>();
    private final List<Long> samples = new ArrayList<>();
    private final List<String> disconnects = new ArrayList<>();
    private long now = 1_000;
    private final Session session = new Session(
            new SessionId("s"),
            Runnable::run,
            mailbox,
            new SessionLimits(MINUTE, MINUTE, MINUTE),
            () -> Instant.ofEpochMilli(now),
            new SessionObserver() {
                @Override
                public void reached(TransportKind kind, long latencyMillis, int messages) {
                    latencies.addAll(Collections.nCopies(messages, latencyMillis));
                }

                @Override
                public void sampled(SessionId id, TransportKind kind, long latencyMillis) {
                    samples.add(latencyMillis);
                }

                @Override
                public void disconnected(TransportKind kind, Disconnect why) {
                    disconnects.add(kind + " " + why);
                }
            },
            buried -> {});

    @Test
    void aMessageToAnAttachedClientTakesItsWayAndHalfARoundTrip() {
        attach(new Pipeline(5));

        now = 1_010;
        offer(1_010);

        assertThat(latencies).containsExactly(5L + 20);
    }

    @Test
    void everyMessageOfABatchIsToldAndItsClientFourTimesASecond() {
        attach(new Pipeline(0));

        now = 1_300;
        mailbox.offer(new Text(1_200));
        mailbox.offer(new Text(1_200));
        offer(1_290);
        now = 1_549;
        offer(1_549);

        assertThat(latencies).containsExactly(100L + 20, 100L + 20, 10L + 20, 0L + 20);
        assertThat(samples).containsExactly(100L + 20);

        now = 1_550;
        offer(1_540);

        assertThat(samples).containsExactly(100L + 20, 10L + 20);
    }

    @Test
    void whatWaitedForItsClientAndWhatIsSentAgainTellNothing() {
        offer(900);
        attach(new Pipeline(0));
        now = 2_000;
        session.disconnect(Disconnect.TRY_LATER);
        attach(new Pipeline(0));

        assertThat(latencies).isEmpty();
        assertThat(disconnects).containsExactly("WEBSOCKET TRY_LATER");
    }

    @Test
    void tellsHowLongItHasBeenAway() {
        assertThat(session.awayMillis(now)).isZero();
        attach(new Pipeline(0));
        assertThat(session.awayMillis(now)).isZero();
        session.disconnect(Disconnect.TRY_LATER);

        assertThat(session.awayMillis(now + 3_000)).isEqualTo(3_000);
    }

    private void attach(Transport transport) {
        session.attach(new Pipe(transport, out -> Payload.text("x"), 10, 1_000, () -> {}), Resume.LAST_ACKNOWLEDGED);
    }

    private void offer(long at) {
        mailbox.offer(new Text(at));
        session.wake();
    }

    private record Text(long appendedAt) implements Message {
        @Override
        public int bytes() {
            return 1;
        }
    }

    /** Accepts at once, after a while on the clock. */
    private final class Pipeline implements Transport {
        private final long takes;

        Pipeline(long takes) {
            this.takes = takes;
        }

        @Override
        public TransportKind kind() {
            return TransportKind.WEBSOCKET;
        }

        @Override
        public boolean writable() {
            return true;
        }

        @Override
        public void onWritable(Lane lane, Runnable listener) {}

        @Override
        public void send(Batch batch, Completion done) {
            now += takes;
            done.done(true);
        }

        @Override
        public long roundTripMillis() {
            return 40;
        }

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void close(Disconnect why) {}
    }
}
