package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.delivery.channel.ChannelSessions;
import dev.sluice.store.DatabaseResource;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.NativePerson;
import dev.sluice.testkit.NativePerson.Way;
import dev.sluice.testkit.NativeWire;
import dev.sluice.testkit.SocketIoPerson;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A session that is over is nobody's: whoever comes and goes all day must not fill the heap. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class ForgottenSessionsQuarkusTest {
    @Inject
    Gateway gateway;

    @Inject
    ChannelSessions sessions;

    private final String channel = "forgotten-" + UUID.randomUUID();

    /** Those that subscribed to this test's channel. */
    private List<WeakReference<ChannelSession>> subscribed() {
        return sessions.all()
                .filter(session -> session.channels().stream()
                        .anyMatch(each -> each.value().equals(channel)))
                .map(WeakReference::new)
                .toList();
    }

    private static void awaitForgotten(List<WeakReference<ChannelSession>> all) {
        assertThat(all).hasSize(1);
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return all.get(0).get() == null;
        });
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aNativeSessionThatEndedIsForgotten(Way way) {
        NativePerson person = new NativePerson(gateway.uri(), "dev-admin-token");
        NativeWire wire = person.connect(way);
        wire.say("subscribe", "s", Map.of("channel", channel));
        wire.await("subscribed", "s");
        List<WeakReference<ChannelSession>> held = subscribed();

        assertThat(person.api().delete(person.path("")).status()).isEqualTo(204);
        person.close();

        awaitForgotten(held);
    }

    @Test
    void aSocketThatWasDisconnectedIsForgotten() {
        List<WeakReference<ChannelSession>> held;
        try (SocketIoPerson person = new SocketIoPerson(gateway.uri(), "/", "")) {
            person.connect();
            person.ask("subscribe", Map.of("channel", channel));
            held = subscribed();
            person.send("41");
        }

        awaitForgotten(held);
    }
}
