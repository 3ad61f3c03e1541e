package dev.sluice.store;

import static dev.sluice.store.StoreTest.NOON;
import static dev.sluice.store.StoreTest.assertFailsWith;
import static dev.sluice.store.StoreTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ProblemCode;
import dev.sluice.delivery.command.Command;
import dev.sluice.delivery.command.CommandChange;
import dev.sluice.delivery.command.CommandResult;
import dev.sluice.delivery.command.CommandStatus;
import dev.sluice.delivery.command.CommandStore.Accepted;
import dev.sluice.delivery.command.NewCommand;
import dev.sluice.delivery.command.NewCommand.Idempotency;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(DatabaseResource.class)
class PgCommandStoreQuarkusTest {
    private static final Duration TTL = Duration.ofHours(1);

    @Inject
    PgCommandStore commands;

    @Inject
    PgClusterStore clusters;

    UUID cluster;

    @BeforeEach
    void register() {
        cluster = StoreTest.cluster(clusters);
    }

    @Test
    void numbersAreDensePerClusterHoweverManyAcceptAtOnce() {
        UUID other = StoreTest.cluster(clusters);
        List<Uni<Accepted>> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            all.add(commands.accept(command(i % 2 == 0 ? cluster : other, NOON, null)));
        }

        get(Uni.join().all(all).andFailFast());

        for (UUID id : List.of(cluster, other)) {
            assertThat(get(commands.loadOpen(id, NOON)))
                    .extracting(Command::number)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 30).boxed().toList());
        }
    }

    @Test
    void anAcceptedCommandIsReadBackAsItWasAnswered() {
        NewCommand order = command(cluster, NOON.plusNanos(789), null);

        Accepted accepted = get(commands.accept(order));

        assertThat(accepted.repeated()).isFalse();
        assertThat(accepted.command().payload()).isEqualTo(order.payload());
        assertThat(get(commands.find(cluster, order.id()))).isEqualTo(accepted.command());
        assertThat(get(commands.find(UUID.randomUUID(), order.id()))).isNull();
    }

    @Test
    void knowsTheLastNumberThoughItsCommandIsClosed() {
        assertThat(get(commands.lastNumber(cluster))).isZero();
        get(commands.accept(command(cluster, NOON, null)));
        get(commands.expire(NOON.plus(TTL)));

        assertThat(get(commands.lastNumber(cluster))).isEqualTo(1);
        assertThat(get(commands.lastNumber(UUID.randomUUID()))).isZero();
    }

    @Test
    void anUnknownClusterTakesNothing() {
        UUID token = UUID.randomUUID();

        assertFailsWith(
                ProblemCode.CLUSTER_NOT_FOUND,
                commands.accept(command(UUID.randomUUID(), NOON, new Idempotency(token, "k", "h"))));

        assertThat(get(commands.accept(command(cluster, NOON, new Idempotency(token, "k", "h"))))
                        .repeated())
                .isFalse();
    }

    @Test
    void anIdempotencyKeyMakesOneCommand() {
        Idempotency key = new Idempotency(UUID.randomUUID(), "k", "body");
        Accepted first = get(commands.accept(command(cluster, NOON, key)));

        Accepted again = get(commands.accept(command(cluster, NOON.plusSeconds(1), key)));

        assertThat(again.repeated()).isTrue();
        assertThat(again.command()).isEqualTo(first.command());
        assertFailsWith(
                ProblemCode.IDEMPOTENCY_CONFLICT,
                commands.accept(command(cluster, NOON, new Idempotency(key.tokenId(), "k", "other body"))));
        assertFailsWith(
                ProblemCode.IDEMPOTENCY_CONFLICT, commands.accept(command(StoreTest.cluster(clusters), NOON, key)));
        assertThat(get(commands.accept(command(cluster, NOON, new Idempotency(UUID.randomUUID(), "k", "other body"))))
                        .repeated())
                .isFalse();
        assertThat(get(commands.loadOpen(cluster, NOON)))
                .extracting(Command::number)
                .containsExactly(1L, 2L);
    }

    @Test
    void equalRequestsAtTheSameMomentMakeOneCommand() {
        Idempotency key = new Idempotency(UUID.randomUUID(), "k", "body");
        List<Uni<Accepted>> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            all.add(commands.accept(command(cluster, NOON, key)));
        }

        List<Accepted> answers = get(Uni.join().all(all).andFailFast());

        assertThat(answers).filteredOn(answer -> !answer.repeated()).hasSize(1);
        assertThat(answers)
                .extracting(answer -> answer.command().id())
                .containsOnly(answers.get(0).command().id());
        assertThat(get(commands.loadOpen(cluster, NOON))).hasSize(1);
    }

    @Test
    void aKeyOlderThanADayIsFree() {
        Idempotency key = new Idempotency(UUID.randomUUID(), "k", "body");
        get(commands.accept(command(cluster, NOON, key)));

        Accepted dayLater = get(commands.accept(
                command(cluster, NOON.plus(Duration.ofHours(24)), new Idempotency(key.tokenId(), "k", "other"))));

        assertThat(dayLater.repeated()).isFalse();
        assertThat(dayLater.command().number()).isEqualTo(2);
        assertThat(get(commands.forgetKeys(NOON.plus(Duration.ofHours(24))))).isNotNegative();
        assertThat(get(commands.forgetKeys(NOON.plus(Duration.ofDays(3000))))).isPositive();
    }

    @Test
    void aBatchMovesEachCommandForwardAndLeavesTheClosedAlone() {
        UUID delivered = accept();
        UUID finished = accept();
        UUID cancelled = accept();
        CommandResult result = new CommandResult(true, "{\"a\":\"\\u0000\"}", "odd \0 text", null, Instant.MAX);

        get(commands.apply(List.of(
                CommandChange.delivered(delivered, 2, NOON.plusSeconds(1)),
                CommandChange.delivered(finished, 1, NOON.plusSeconds(1))
                        .then(CommandChange.finished(finished, result, NOON.plusSeconds(2))),
                CommandChange.closed(cancelled, CommandStatus.CANCELLED, NOON.plusSeconds(3)),
                CommandChange.acknowledged(UUID.randomUUID(), NOON))));
        get(commands.apply(List.of(
                CommandChange.acknowledged(delivered, NOON.plusSeconds(4)),
                CommandChange.finished(cancelled, result, NOON.plusSeconds(5)))));
        get(commands.apply(List.of(CommandChange.delivered(delivered, 3, NOON.plusSeconds(6)))));

        Command first = get(commands.find(cluster, delivered));
        assertThat(first.status()).isEqualTo(CommandStatus.ACKNOWLEDGED);
        assertThat(first.attempt()).isEqualTo(3);
        assertThat(first.acknowledgedAt()).isEqualTo(NOON.plusSeconds(4));
        Command second = get(commands.find(cluster, finished));
        assertThat(second.status()).isEqualTo(CommandStatus.SUCCEEDED);
        assertThat(second.deliveredAt()).isEqualTo(NOON.plusSeconds(1));
        assertThat(second.result())
                .isEqualTo(new CommandResult(true, "{\"a\":\"\\u0000\"}", "odd \uFFFD text", null, null));
        Command third = get(commands.find(cluster, cancelled));
        assertThat(third.status()).isEqualTo(CommandStatus.CANCELLED);
        assertThat(third.result()).isNull();
        assertThat(get(commands.loadOpen(cluster, NOON)))
                .extracting(Command::id)
                .containsExactly(delivered);
    }

    @Test
    void expiresWhatIsOpenAndPastItsTime() {
        UUID open = accept();
        UUID closed = accept();
        get(commands.apply(List.of(CommandChange.closed(closed, CommandStatus.CANCELLED, NOON))));
        Instant end = NOON.plus(TTL);

        assertThat(get(commands.loadOpen(cluster, end.minusMillis(1)))).hasSize(1);
        assertThat(get(commands.loadOpen(cluster, end))).isEmpty();
        assertThat(get(commands.expire(end))).isPositive();

        Command expired = get(commands.find(cluster, open));
        assertThat(expired.status()).isEqualTo(CommandStatus.EXPIRED);
        assertThat(expired.finishedAt()).isEqualTo(end);
        assertThat(get(commands.find(cluster, closed)).status()).isEqualTo(CommandStatus.CANCELLED);
    }

    @Test
    void listsInPagesByNumberAndStatus() {
        accept();
        UUID second = accept();
        accept();
        get(commands.apply(List.of(CommandChange.delivered(second, 1, NOON))));

        assertThat(get(commands.list(cluster, null, 1, 1)))
                .extracting(Command::number)
                .containsExactly(2L);
        assertThat(get(commands.list(cluster, CommandStatus.QUEUED, 0, 10)))
                .extracting(Command::number)
                .containsExactly(1L, 3L);
    }

    @Test
    void textThatPostgresCannotHoldIsTheCallersMistake() {
        NewCommand order = new NewCommand(UUID.randomUUID(), cluster, "a\0b", "{}", NOON, NOON.plus(TTL), null);

        assertFailsWith(ProblemCode.INVALID_REQUEST, commands.accept(order));
    }

    private UUID accept() {
        return get(commands.accept(command(cluster, NOON, null))).command().id();
    }

    private static NewCommand command(UUID cluster, Instant at, @Nullable Idempotency key) {
        return new NewCommand(UUID.randomUUID(), cluster, "apply", "{\"b\" : 1,  \"a\":2}", at, at.plus(TTL), key);
    }
}
