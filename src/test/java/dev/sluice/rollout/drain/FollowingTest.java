package dev.sluice.rollout.drain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Mode;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FollowingTest {
    private final Town town = Town.usual();
    private final Following following = new Following(List.of(town), () -> town.state, InstantSource.fixed(Town.NOON));

    @Test
    void assignedIsNotConnected() {
        town.with(10);
        town.clients.subList(0, 4).forEach(client -> client.polling(Mode.WEBSOCKET));

        following.look().subscribe().with(done -> {});

        assertThat(following.latest()).isEqualTo(new Share(10, 10, 10, 6, 0, Town.NOON));
        assertThat(following.latest().assignedShare()).isEqualTo(1);
        assertThat(following.latest().connectedShare()).isEqualTo(0.6);
        assertThat(following.latest().followed()).isEqualTo(0.6);
    }

    @Test
    void whoIsOnWebSocketAgainstTheDecisionDoesNotCountAsConnected() {
        town.with(10);
        town.state = Town.state(true, true, "0", "100", 1);

        following.look().subscribe().with(done -> {});

        assertThat(following.latest()).isEqualTo(new Share(10, 0, 0, 0, 1, Town.NOON));
        assertThat(following.latest().followed()).isEqualTo(1);
    }

    @Test
    void whoNeverShowedThatItCanUseWebSocketIsNotWaitedFor() {
        town.with(10);
        town.clients.subList(0, 4).forEach(client -> client.polling(Mode.WEBSOCKET).able = false);
        town.clients.get(4).polling(Mode.WEBSOCKET);

        following.look().subscribe().with(done -> {});

        assertThat(following.latest()).isEqualTo(new Share(10, 10, 6, 5, 0, Town.NOON));
        assertThat(following.latest().followed()).isEqualTo(5.0 / 6);
    }

    @Test
    void nobodyIsNoDivisionByZero() {
        following.look().subscribe().with(done -> {});

        assertThat(following.latest().connectedShare()).isZero();
    }

    @Test
    void tellsWhoWouldMoveAndWhichWay() {
        town.with(1_000);
        town.state = Town.state(true, true, "30", "100", 1);
        for (FakeClient client : town.clients) {
            if (Course.of(client, town.state) != null) {
                client.polling(Mode.POLLING);
            }
        }

        Headcount up = preview("50");
        Headcount down = preview("10");

        assertThat(up.toPolling()).isZero();
        assertThat(up.toWebsocket())
                .isEqualTo(up.wouldBeAssigned() - up.assigned())
                .isBetween(150, 250);
        assertThat(down.toWebsocket()).isZero();
        assertThat(down.toPolling())
                .isEqualTo(down.assigned() - down.wouldBeAssigned())
                .isBetween(150, 250);
        assertThat(up.present()).isEqualTo(1_000);
        assertThat(up.connected()).isEqualTo(up.assigned()).isEqualTo(up.websocket());
    }

    @Test
    void aClientInFallbackIsNotOfferedAnything() {
        town.with(1);
        town.clients.get(0).polling(Mode.POLLING).fallback = true;
        town.state = Town.state(true, true, "0", "100", 1);

        assertThat(preview("100").toWebsocket()).isZero();
        assertThat(preview("100").wouldBeAssigned()).isEqualTo(1);
    }

    private Headcount preview(String percent) {
        Map<String, Headcount> counts = following
                .count(town.state, Town.state(true, true, percent, "100", 2))
                .await()
                .indefinitely();
        return counts.getOrDefault("agent", Headcount.NOBODY);
    }
}
