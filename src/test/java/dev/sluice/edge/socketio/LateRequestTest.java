package dev.sluice.edge.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.delivery.DirectHome;
import dev.sluice.delivery.channel.ChannelPolicy;
import dev.sluice.edge.socketio.SmallGateway.Line;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a client said over a connection that it gave up since is heard after it came back over the next one, and before
 * the old one hears that it was taken over.
 */
class LateRequestTest {
    private final SmallGateway gateway = new SmallGateway(ChannelPolicy.DEFAULT);
    private final Line first = gateway.line();
    private final DirectHome busy = new DirectHome();
    private final Line old = gateway.line(busy);
    private final Line present = gateway.line();
    private String comeBack = "";

    @BeforeEach
    void comesBackTwice() {
        first.says("0");
        comeBack = "0{\"pid\":\"%s\"}".formatted(first.told("pid"));
        old.says(comeBack);
        busy.queueing();
        present.says(comeBack);
    }

    @Test
    void aDisconnectEndsNothingThatTheNextConnectionHas() {
        old.says("1");

        assertThat(present.last("41")).isEmpty();
        present.says("21[\"subscribe\",\"room\"]");
        assertThat(present.last("431")).contains("\"ok\":true");
    }

    @Test
    void aRoomThatItAskedForSinceIsNotLeft() {
        present.says("21[\"subscribe\",\"room\"]");
        old.says("22[\"unsubscribe\",\"room\"]");
        gateway.publish("room", "event");

        assertThat(present.last("event")).isNotEmpty();
    }
}
