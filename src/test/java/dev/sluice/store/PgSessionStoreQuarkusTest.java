package dev.sluice.store;

import static dev.sluice.store.StoreTest.NOON;
import static dev.sluice.store.StoreTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.delivery.channel.Attributes;
import dev.sluice.delivery.channel.Client;
import dev.sluice.delivery.channel.SessionRecord;
import dev.sluice.delivery.channel.SessionRecord.Stored;
import dev.sluice.delivery.channel.SessionStore;
import dev.sluice.delivery.channel.StreamPosition;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(DatabaseResource.class)
class PgSessionStoreQuarkusTest {
    @Inject
    SessionStore sessions;

    private final String key = UUID.randomUUID().toString();

    @Test
    void givesBackWhatItWasGiven() {
        SessionRecord record = record(key, "c.1.2.3", NOON);

        get(sessions.save(List.of(record)));

        SessionRecord loaded = get(sessions.load(key));
        assertThat(loaded.client().owner()).isEqualTo("sub:anna");
        assertThat(loaded.client().info().asString()).isEqualTo("{\"name\":\"Änna\"}");
        assertThat(loaded.client().clientId()).isEqualTo("tab-1");
        assertThat(loaded.client().attributes().text()).isEqualTo("/chat");
        assertThat(loaded.subscriptions()).isEqualTo(record.subscriptions());
        assertThat(loaded.acknowledged()).isEqualTo("c.1.2.3");
        assertThat(loaded.unrepeatable()).isEqualTo("e~1.5.0.0");
        assertThat(loaded.epoch()).isEqualTo("e");
        assertThat(loaded.nextSubscription()).isEqualTo(3);
        assertThat(loaded.savedAt()).isEqualTo(NOON);
    }

    @Test
    void theLatestSaveCounts() {
        get(sessions.save(List.of(record(key, "old", NOON))));
        get(sessions.save(
                List.of(record(key, "new", NOON), record(UUID.randomUUID().toString(), "x", NOON))));

        assertThat(get(sessions.load(key)).acknowledged()).isEqualTo("new");
    }

    @Test
    void removesWhatIsOver() {
        String old = UUID.randomUUID().toString();
        Instant longAgo = Instant.parse("2001-01-01T00:00:00Z");
        get(sessions.save(List.of(record(key, "x", NOON), record(old, "x", longAgo))));

        get(sessions.deleteSavedBefore(longAgo.plusSeconds(1)));
        assertThat(get(sessions.load(old))).isNull();
        get(sessions.delete(List.of(key)));
        assertThat(get(sessions.load(key))).isNull();
    }

    private static SessionRecord record(String key, String acknowledged, Instant savedAt) {
        Payload info = Payload.text("{\"name\":\"Änna\"}");
        Client client = new Client("sub:anna", "tab-1", "native", info, Attributes.of("/chat"));
        Stored stored = new Stored(2, new ChannelName("news"), new StreamPosition("e1", 7), true);
        return new SessionRecord(key, client, "e", acknowledged, "e~1.5.0.0", 3, List.of(stored), savedAt);
    }
}
