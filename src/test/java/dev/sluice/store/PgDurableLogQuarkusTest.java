package dev.sluice.store;

import static dev.sluice.store.StoreTest.NOON;
import static dev.sluice.store.StoreTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.delivery.channel.DurableLog;
import dev.sluice.delivery.channel.DurableLog.Bound;
import dev.sluice.delivery.channel.DurableLog.Key;
import dev.sluice.delivery.channel.NewPublication;
import dev.sluice.delivery.channel.Publication;
import dev.sluice.delivery.channel.StreamPosition;
import dev.sluice.delivery.channel.Watermark;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(DatabaseResource.class)
class PgDurableLogQuarkusTest {
    @Inject
    DurableLog log;

    private final ChannelName channel = new ChannelName("c-" + UUID.randomUUID());

    @Test
    void givesBackWhatItWasGiven() {
        byte[] binary = {0, 1, -1, 127};
        Publication text = publication(channel, 1, Payload.text("{\"a\":\"\\u0000ä\"}"));
        Publication bytes = publication(channel, 2, new Payload(binary, false));
        get(log.append(List.of(text, bytes), List.of()));

        DurableLog.Stored stored = get(log.load(channel, 10));

        assertThat(stored.head()).isEqualTo(new StreamPosition("e1", 2));
        assertThat(stored.publications()).extracting(Publication::offset).containsExactly(1L, 2L);
        Publication first = stored.publications().get(0);
        assertThat(first.data().asString()).isEqualTo("{\"a\":\"\\u0000ä\"}");
        assertThat(first.data().text()).isTrue();
        assertThat(first.event()).isEqualTo("said");
        assertThat(first.conflationKey()).isEqualTo("price");
        assertThat(first.appendedAt()).isEqualTo(NOON.toEpochMilli());
        assertThat(stored.publications().get(1).data().bytes()).isEqualTo(binary);
        assertThat(get(log.lastPosition())).isGreaterThanOrEqualTo(bytes.position());
    }

    @Test
    void loadsTheNewestOnly() {
        get(log.append(List.of(said(1), said(2), said(3)), List.of()));

        assertThat(get(log.load(channel, 2)).publications())
                .extracting(Publication::offset)
                .containsExactly(2L, 3L);
        assertThat(get(log.load(new ChannelName("nobody-" + UUID.randomUUID()), 2)))
                .isNull();
    }

    @Test
    void anAppendIsAllOrNothing() {
        get(log.append(List.of(said(1)), List.of()));

        Assertions.assertThatThrownBy(() -> get(log.append(List.of(said(2), said(1)), List.of())));

        assertThat(get(log.load(channel, 10)).head().offset()).isEqualTo(1);
        assertThat(get(log.load(channel, 10)).publications()).hasSize(1);
    }

    @Test
    void theHeadOutlivesItsHistory() {
        get(log.append(List.of(said(1), said(2)), List.of()));

        get(log.trim(List.of(new Bound(channel, 3)), Instant.EPOCH));

        assertThat(get(log.load(channel, 10)).head().offset()).isEqualTo(2);
        assertThat(get(log.load(channel, 10)).publications()).isEmpty();
        assertThat(get(log.lastPosition()))
                .isGreaterThanOrEqualTo(get(log.load(channel, 10)).headPosition())
                .isPositive();
    }

    @Test
    void keysLiveWithWhatTheyStandFor() {
        String owner = UUID.randomUUID().toString();
        Key key = new Key(owner, "k", "digest", channel, new StreamPosition("e1", 1));
        get(log.append(List.of(said(1)), List.of(key)));

        assertThat(get(log.find(owner, "k"))).isEqualTo(key);
        assertThat(get(log.find(UUID.randomUUID().toString(), "k"))).isNull();
        get(log.trim(List.of(), Instant.EPOCH));
        assertThat(get(log.find(owner, "k"))).isEqualTo(key);
    }

    @Test
    void listsByName() {
        ChannelName first = new ChannelName(channel + "-a");
        ChannelName second = new ChannelName(channel + "-b");
        get(log.append(List.of(said(first, 1), said(second, 1)), List.of()));

        assertThat(get(log.channels(channel + "-", 1)))
                .extracting(head -> head.channel())
                .containsExactly(first);
        assertThat(get(log.channels(first.value(), 1)))
                .extracting(head -> head.channel())
                .containsExactly(second);
    }

    private Publication said(long offset) {
        return said(channel, offset);
    }

    private static Publication said(ChannelName channel, long offset) {
        return publication(channel, offset, Payload.text("1"));
    }

    private static Publication publication(ChannelName channel, long offset, Payload data) {
        long position = Math.abs(UUID.randomUUID().getMostSignificantBits() >> 16);
        return new Publication(
                new NewPublication(channel, "said", data, "price", null, null),
                new StreamPosition("e1", offset),
                position,
                new Watermark(0, position),
                NOON.toEpochMilli());
    }
}
