package dev.sluice.edge.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.delivery.channel.ChannelPolicy;
import dev.sluice.delivery.channel.ChannelPolicy.Overflow;
import dev.sluice.edge.socketio.SmallGateway.Line;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A namespace whose channel cannot be kept now lets nobody in, and nothing of that is left for who comes again. */
class RefusedNamespaceTest {
    private static final ChannelPolicy KEPT = new ChannelPolicy(9, 1 << 20, Duration.ofHours(1), true, Overflow.CLOSE);

    private final SmallGateway gateway = new SmallGateway(KEPT);
    private final Line line = gateway.line();

    @Test
    void whoIsRefusedIsNotSentOutAsWell() {
        gateway.store.away(true);
        line.says("0/kept,");

        assertThat(line.last("44/kept,")).contains("store-unavailable");
        assertThat(line.last("41/kept,")).isEmpty();

        gateway.store.away(false);
        line.says("0/kept,");

        assertThat(line.told("sid")).isNotNull();
    }
}
