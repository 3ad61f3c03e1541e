package dev.sluice.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.ManualClock;
import dev.sluice.status.PipelineList.Shown;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PipelinesTest {
    private static final Duration STALE = Duration.ofMinutes(2);
    private static final int MOST = 3;

    private final ManualClock clock = new ManualClock();
    private final MemoryPipelineStore store = new MemoryPipelineStore();
    private final HeardBroker broker = new HeardBroker();
    private final Pipelines pipelines = new Pipelines(store, broker, clock, STALE, MOST);

    private static PipelineReport says(String status) {
        return new PipelineReport(null, status, null, null);
    }

    private static PipelineEvent event(String name) {
        return new PipelineEvent(name, "a.pdf", 50.0, "{\"n\":1.50}");
    }

    private static <T> UniAssertSubscriber<T> run(Uni<T> uni) {
        return uni.subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private Pipeline pipeline(String id) {
        return pipelines.find(id).pipeline();
    }

    private static void assertRefused(ProblemCode code, Uni<?> uni) {
        Throwable failure = run(uni).getFailure();
        assertThat(failure).isInstanceOfSatisfying(SluiceException.class, e -> assertThat(e.code())
                .isEqualTo(code));
    }

    @Test
    void aReportIsKeptAndThenSaidToEverybody() {
        run(pipelines.report("drive", new PipelineReport("Drive", "busy", 12.5, "{\"a\":1}")));

        assertThat(store.kept).containsKey("drive");
        assertThat(broker.said)
                .singleElement()
                .asString()
                .startsWith(
                        "pipelines pipeline_status {\"pipeline_id\":\"drive\",\"name\":\"Drive\",\"status\":\"busy\","
                                + "\"progress\":12.5,\"detail\":{\"a\":1},\"at\":");
    }

    @Test
    void anEventIsSaidUnderItsOwnNameAndShownAsTheLastOne() {
        run(pipelines.report("drive", says("busy")));
        clock.advance(Duration.ofSeconds(1));
        run(pipelines.happened("drive", event("file_progress")));

        assertThat(broker.said.get(1))
                .startsWith("pipelines file_progress {\"pipeline_id\":\"drive\",\"file\":\"a.pdf\",\"progress\":50.0,"
                        + "\"data\":{\"n\":1.50},\"at\":");
        assertThat(pipeline("drive").status()).isEqualTo("busy");
        assertThat(pipeline("drive").progress()).isNull();
        assertThat(pipeline("drive").lastEvent()).isNotNull();
        assertThat(pipeline("drive").heardAt()).isEqualTo(clock.instant());
    }

    @Test
    void oneThatOnlyTellsEventsRuns() {
        run(pipelines.happened("drive", event("file_started")));

        assertThat(pipeline("drive").status()).isEqualTo("running");
    }

    @Test
    void aNameIsKnownUntilAnotherIsSaid() {
        run(pipelines.report("drive", new PipelineReport("Drive", "busy", null, null)));
        run(pipelines.report("drive", says("done")));

        assertThat(pipeline("drive").name()).isEqualTo("Drive");
    }

    @Test
    void silenceMakesStaleAndAnEventIsASignOfLife() {
        run(pipelines.report("drive", says("busy")));
        clock.advance(STALE);
        assertThat(pipelines.find("drive").stale()).isFalse();

        clock.advance(Duration.ofMillis(1));
        assertThat(pipelines.find("drive").stale()).isTrue();
        assertThat(pipelines.list().stale()).isEqualTo(1);

        run(pipelines.happened("drive", event("file_progress")));
        assertThat(pipelines.find("drive").stale()).isFalse();
    }

    @Test
    void oneThatIsExpectedIsUnknownAndStaleWhenItDoesNotCome() {
        pipelines.expect("rag");

        assertThat(pipeline("rag").status()).isEqualTo("unknown");
        assertThat(pipelines.list().pipelines()).allMatch(Shown::well);
        clock.advance(STALE.plusMillis(1));
        assertThat(pipelines.list().pipelines()).noneMatch(Shown::well);
    }

    @Test
    void oneThatSaysSoItselfIsNotWell() {
        run(pipelines.report("drive", says("Failed")));

        assertThat(pipelines.find("drive").well()).isFalse();
    }

    /** Both came at once, and what was written last would have brought the older status back. */
    @Test
    void anEventDoesNotUndoAReportThatIsStillBeingWritten() {
        run(pipelines.report("drive", says("busy")));
        store.slow = true;
        run(pipelines.report("drive", says("done")));
        clock.advance(Duration.ofMillis(1));
        run(pipelines.happened("drive", event("file_completed")));

        store.answer(1);
        store.answer(0);

        assertThat(pipeline("drive").status()).isEqualTo("done");
        assertThat(pipeline("drive").heardAt()).isEqualTo(clock.instant());
    }

    @Test
    void ofTwoReportsTheLaterCountsWhicheverIsWrittenFirst() {
        store.slow = true;
        run(pipelines.report("drive", says("busy")));
        clock.advance(Duration.ofMillis(1));
        run(pipelines.report("drive", says("done")));

        store.answer(1);
        store.answer(0);

        assertThat(pipeline("drive").status()).isEqualTo("done");
    }

    @Test
    void oneTooManyIsRefusedAndThoseThatAreKnownGoOn() {
        run(pipelines.report("a", says("busy")));
        run(pipelines.report("b", says("busy")));
        run(pipelines.happened("c", event("x")));

        assertRefused(ProblemCode.TOO_MANY_PIPELINES, pipelines.report("d", says("busy")));
        assertRefused(ProblemCode.TOO_MANY_PIPELINES, pipelines.happened("d", event("x")));
        run(pipelines.report("a", says("done"))).assertCompleted();
        run(pipelines.forget("b")).assertCompleted();
        run(pipelines.report("d", says("busy"))).assertCompleted();
    }

    @Test
    void aCrowdThatComesAtOnceKeepsToTheBoundAsWell() {
        store.slow = true;
        run(pipelines.report("a", says("busy")));
        run(pipelines.report("a", says("busy")));
        run(pipelines.report("b", says("busy")));
        run(pipelines.report("c", says("busy")));

        assertRefused(ProblemCode.TOO_MANY_PIPELINES, pipelines.report("d", says("busy")));
    }

    @Test
    void nothingIsShownOrSaidThatCouldNotBeKept() {
        store.away = true;

        assertRefused(ProblemCode.STORE_UNAVAILABLE, pipelines.report("drive", says("busy")));
        assertThat(broker.said).isEmpty();
        assertThat(pipelines.list().pipelines()).isEmpty();

        store.away = false;
        for (String id : new String[] {"a", "b", "c"}) {
            run(pipelines.report(id, says("busy"))).assertCompleted();
        }
    }

    @Test
    void whoIsForgottenIsSaidToBeGone() {
        run(pipelines.report("drive", says("busy")));
        run(pipelines.forget("drive"));

        assertThat(broker.said.get(1)).startsWith("pipelines pipeline_removed {\"pipeline_id\":\"drive\",\"at\":");
        assertThat(store.kept).isEmpty();
        assertThatThrownBy(() -> pipelines.find("drive")).isInstanceOf(SluiceException.class);
        assertThatThrownBy(() -> pipelines.forget("drive")).isInstanceOf(SluiceException.class);
    }

    @Test
    void whatWasKeptIsThereAfterARestart() {
        run(pipelines.report("drive", says("busy")));
        Pipelines next = new Pipelines(store, broker, clock, STALE, MOST);
        next.expect("drive");
        run(next.load());

        assertThat(next.find("drive").pipeline()).isEqualTo(pipeline("drive"));
    }

    @Test
    void theListIsMadeAgainOnlyWhenSomethingInItChanged() {
        run(pipelines.report("drive", says("busy")));
        PipelineList first = pipelines.list();

        clock.advance(STALE);
        assertThat(pipelines.list()).isSameAs(first);
        clock.advance(Duration.ofMillis(1));
        PipelineList silent = pipelines.list();
        assertThat(silent).isNotSameAs(first);
        clock.advance(STALE);
        assertThat(pipelines.list()).isSameAs(silent);
        run(pipelines.report("drive", says("busy")));
        assertThat(pipelines.list().stale()).isZero();
    }

    @Test
    void anIdIsSafeInAPath() {
        assertThat(new String[] {"gdrive-dev", "a.b_c~d@e:f", "Übersicht", "7"}).allMatch(Pipeline::isId);
        assertThat(new String[] {"", "a/b", "a b", "a\nb", "a;b", "a%b", "x".repeat(129)})
                .noneMatch(Pipeline::isId);
    }
}
