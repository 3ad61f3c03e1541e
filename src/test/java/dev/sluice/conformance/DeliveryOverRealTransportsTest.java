package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.conformance.Story.Chapter;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.Gateway;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rules of delivery over sockets and polls as agents use them: the same story over each transport alone and over
 * every switch between them. {@code -Ddev.sluice.test.seeds} raises the number of lives; a failure names its seed.
 */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class DeliveryOverRealTransportsTest {
    private static final int COMMANDS = 200;

    /** Real connections take their time: a twentieth of the seeds that stories in memory get. */
    private static final int SEEDS = Math.max(1, Integer.getInteger("dev.sluice.test.seeds", 60) / 20);

    @Inject
    Gateway gateway;

    @AfterEach
    void restore() {
        gateway.restore();
    }

    enum Way {
        OVER_A_SOCKET(Chapter.SOCKET_LEAVES, Chapter.SOCKET_CUT, Chapter.SOCKET_SUPERSEDED),
        BY_POLLING(Chapter.POLLS, Chapter.POLL_CUT),
        BY_WAITING_POLLS(Chapter.WAITING_POLLS, Chapter.POLL_CUT),
        SWITCHING(Chapter.values());

        private final List<Chapter> chapters;

        Way(Chapter... chapters) {
            this.chapters = List.of(chapters);
        }
    }

    static Stream<Arguments> lives() {
        return Stream.of(Way.values()).flatMap(way -> Stream.iterate(1L, seed -> seed + 1)
                .limit(way == Way.SWITCHING ? SEEDS : Math.max(1, SEEDS / 3))
                .map(seed -> Arguments.of(way, seed)));
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("lives")
    void everythingComesInOrderAndNothingAgainOnceAcknowledged(Way way, long seed) {
        Story story = new Story(gateway, way.chapters, COMMANDS, seed);

        List<String> violations = story.live();

        assertThat(violations).as("%s, seed %d, %s", way, seed, story.lived()).isEmpty();
    }
}
