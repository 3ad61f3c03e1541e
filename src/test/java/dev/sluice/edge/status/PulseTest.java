package dev.sluice.edge.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PulseTest {
    private final List<UniEmitter<? super String>> questions = new ArrayList<>();
    private long nanos;
    private final Pulse pulse = new Pulse(() -> Uni.createFrom().<String>emitter(questions::add), () -> nanos);

    private UniAssertSubscriber<Boolean> ask() {
        return pulse.beats().subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private void later(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void manyWhoAskAtOnceAreOneQuestion() {
        UniAssertSubscriber<Boolean> first = ask();
        UniAssertSubscriber<Boolean> second = ask();
        questions.get(0).complete("yes");

        assertThat(questions).hasSize(1);
        assertThat(first.awaitItem().getItem()).isTrue();
        assertThat(second.awaitItem().getItem()).isTrue();
    }

    @Test
    void anAnswerHoldsForAMoment() {
        ask();
        questions.get(0).complete("yes");
        later(Duration.ofMillis(900));
        assertThat(ask().awaitItem().getItem()).isTrue();
        assertThat(questions).hasSize(1);

        later(Duration.ofMillis(200));
        UniAssertSubscriber<Boolean> again = ask();
        assertThat(questions).hasSize(2);
        questions.get(1).fail(new IllegalStateException("gone"));
        assertThat(again.awaitItem().getItem()).isFalse();
    }

    @Test
    void aNoIsAskedAgainByTheNext() {
        ask();
        questions.get(0).fail(new IllegalStateException("gone"));
        UniAssertSubscriber<Boolean> next = ask();
        questions.get(1).complete("back");

        assertThat(next.awaitItem().getItem()).isTrue();
    }

    @Test
    void whatDoesNotAnswerInTimeIsNotThereAndIsNotAskedAgainMeanwhile() {
        UniAssertSubscriber<Boolean> waits = ask();
        later(Pulse.PATIENCE);
        assertThat(ask().awaitItem().getItem()).isFalse();
        assertThat(questions).hasSize(1);

        assertThat(waits.awaitItem(Duration.ofSeconds(10)).getItem()).isFalse();
        questions.get(0).complete("late");
        later(Duration.ofMillis(1));
        UniAssertSubscriber<Boolean> next = ask();
        questions.get(1).complete("yes");
        assertThat(next.awaitItem().getItem()).isTrue();
    }

    /** The first one's patience must not end the question for the second. */
    @Test
    void whoGivesUpLeavesTheAnswerToTheOthers() {
        ask().cancel();
        UniAssertSubscriber<Boolean> stays = ask();
        questions.get(0).complete("yes");

        assertThat(stays.awaitItem().getItem()).isTrue();
    }

    @Test
    void aQuestionThatWasLostIsAskedAgain() {
        ask();
        later(Duration.ofSeconds(16));
        UniAssertSubscriber<Boolean> next = ask();
        assertThat(questions).hasSize(2);
        questions.get(1).complete("yes");
        assertThat(next.awaitItem().getItem()).isTrue();
    }

    @Test
    void aQuestionThatCannotBeAskedIsNo() {
        Pulse broken = new Pulse(
                () -> {
                    throw new IllegalStateException("closed");
                },
                () -> nanos);

        assertThat(broken.beats()
                        .subscribe()
                        .withSubscriber(UniAssertSubscriber.create())
                        .awaitItem()
                        .getItem())
                .isFalse();
    }
}
