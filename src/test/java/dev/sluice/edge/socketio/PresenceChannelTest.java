package dev.sluice.edge.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.delivery.channel.ChannelPolicy;
import dev.sluice.edge.socketio.SmallGateway.Line;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is in a presence channel is seen there, whichever protocol it speaks. */
class PresenceChannelTest {
    private final SmallGateway gateway = new SmallGateway(ChannelPolicy.DEFAULT);
    private final Line line = gateway.line();

    @BeforeEach
    void connects() {
        line.says("0");
    }

    @Test
    void whoJoinsAPresenceChannelIsAmongItsMembers() {
        line.says("21[\"subscribe\",\"presence-room\"]");

        assertThat(line.last("431")).contains("\"ok\":true");
        assertThat(line.last("\"sync\"")).contains("presence-room", "client_id");
    }

    @Test
    void inAnotherChannelNobodyIsUnlessItAsks() {
        line.says("21[\"subscribe\",\"room\"]");
        assertThat(line.last("\"sync\"")).isEmpty();

        line.says("22[\"subscribe\",{\"channel\":\"other\",\"presence\":true}]");
        assertThat(line.last("\"sync\"")).contains("other", "client_id");
    }
}
