package dev.sluice.rollout.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EvidenceTest {
    private static final EvidenceLimits LIMITS =
            new EvidenceLimits(Duration.ofSeconds(10), Duration.ofMinutes(1), 20, Duration.ofSeconds(90), 100_000);

    private final AtomicLong millis = new AtomicLong(123_456);
    private final Evidence evidence = new Evidence(LIMITS, millis::get, EvidenceObserver.NONE, 1_000);

    @Test
    void windowsFollowEachOther() {
        evidence.record(Event.TRIED, 1, 0, 0);
        evidence.record(Event.WORKED, 1, 0, 0);
        assertThat(evidence.close(31_000).websocket().successes()).isZero();

        millis.addAndGet(10_000);
        EvidenceWindow second = evidence.close(61_000);

        assertThat(second.fromMillis()).isEqualTo(31_000);
        assertThat(second.toMillis()).isEqualTo(61_000);
        assertThat(second.websocket().successes()).isEqualTo(1);
        assertThat(evidence.close(91_000).websocket()).isEqualTo(emptyBut(1));
    }

    /** One client has voted and is connected, and no time passed. */
    private static CohortWindow emptyBut(int voters) {
        return new CohortWindow(0, 0, 0, 0, voters, false, LatencyCounts.EMPTY, 0, 0, CohortWindow.Probes.NONE);
    }

    @Test
    void aTimeOfDayThatJumpsMovesNothing() {
        evidence.record(Event.TRIED, 1, 0, 0);

        EvidenceWindow ahead = evidence.close(Duration.ofDays(365).toMillis());
        EvidenceWindow back = evidence.close(0);

        assertThat(ahead.websocket().failures()).isZero();
        assertThat(back.websocket().failures()).isZero();
        assertThat(back.toMillis()).isEqualTo(back.fromMillis());
    }

    @Test
    void latenciesAreOneOfMany() {
        for (int i = 0; i < 1_000; i++) {
            evidence.delivered(Cohort.WEBSOCKET, 1, 4_000);
        }
        for (int session = 2; session <= 50; session++) {
            evidence.delivered(Cohort.WEBSOCKET, session, 5);
        }
        evidence.delivered(Cohort.POLLING, 1, 10);

        EvidenceWindow window = evidence.close(2_000);
        LatencyCounts counts = window.websocket().latency();
        assertThat(counts.count(LatencyCounts.bucketOf(4_000))).isEqualTo(1);
        assertThat(counts.total()).isEqualTo(50);
        assertThat(window.polling().latency().total()).isEqualTo(1);

        millis.addAndGet(10_000);
        evidence.delivered(Cohort.WEBSOCKET, 1, 4_000);
        assertThat(evidence.close(3_000).websocket().latency().total()).isEqualTo(1);
    }

    @Test
    void restartingForgetsWhatWasNotLookedAtYet() {
        evidence.record(Event.TRIED, 1, 0, 0);
        evidence.record(Event.POLL_FAILED, 2, 0, 0);
        evidence.delivered(Cohort.WEBSOCKET, 1, 4_000);

        evidence.restart();
        millis.addAndGet(10_000);

        EvidenceWindow window = evidence.close(2_000);
        assertThat(window.websocket()).isEqualTo(CohortWindow.EMPTY);
        assertThat(window.polling()).isEqualTo(CohortWindow.EMPTY);
    }

    @Test
    void aFloodIsDroppedAndCounted() {
        for (int i = 0; i < 100_000; i++) {
            evidence.record(Event.TRIED, 1 + i, 0, 0);
        }
        assertThat(evidence.lost()).isEqualTo(100_000 - (1 << 15));

        evidence.tick();
        evidence.record(Event.TRIED, 1_000_000, 0, 0);

        assertThat(evidence.lost()).isEqualTo(100_000 - (1 << 15));
        assertThat(evidence.figures().open()).isEqualTo(1 << 15);
    }

    @Test
    void nothingIsLostOrCountedTwiceBetweenManyThreadsAndTwoThatLook() throws Exception {
        int perThread = 20_000;
        List<Thread> recorders = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            long first = 1L + t * perThread;
            Thread recorder = new Thread(() -> {
                for (int i = 0; i < perThread; i++) {
                    evidence.record(Event.TRIED, first + i, 0, 0);
                }
            });
            recorders.add(recorder);
        }
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong counted = new AtomicLong();
        Thread looker = new Thread(() -> {
            while (!over.get()) {
                evidence.tick();
                counted.addAndGet(evidence.close(0).websocket().failures());
            }
        });
        looker.start();
        recorders.forEach(Thread::start);
        for (Thread recorder : recorders) {
            recorder.join(30_000);
        }
        millis.addAndGet(10_000);
        counted.addAndGet(evidence.close(0).websocket().failures());
        over.set(true);
        looker.join(30_000);

        assertThat(counted.get() + evidence.lost()).isEqualTo(4L * perThread);
    }

    @Test
    void marksTellClientsApartByWhoVouchesForThem() {
        ClientMarks marks = new ClientMarks(1, 2);

        assertThat(marks.of("workspace:1", "agent-1")).isEqualTo(marks.of("workspace:1", "agent-1"));
        assertThat(List.of(
                        marks.of("workspace:1", "agent-1"),
                        marks.of("workspace:2", "agent-1"),
                        marks.of("workspace:1", "agent-2"),
                        marks.of("workspace:1a", "gent-1"),
                        marks.of("", ""),
                        marks.of("", "\0"),
                        marks.of("", "agent-1"),
                        new ClientMarks(1, 3).of("", "agent-1")))
                .doesNotHaveDuplicates();
    }

    @Test
    void marksSpreadEvenly() {
        ClientMarks marks = new ClientMarks(1, 2);
        int[] bits = new int[Long.SIZE];
        for (int i = 0; i < 10_000; i++) {
            long mark = marks.of("workspace:1", "agent-" + i);
            for (int bit = 0; bit < bits.length; bit++) {
                bits[bit] += (int) (mark >>> bit & 1);
            }
        }

        for (int count : bits) {
            assertThat(count).isBetween(4_700, 5_300);
        }
    }
}
