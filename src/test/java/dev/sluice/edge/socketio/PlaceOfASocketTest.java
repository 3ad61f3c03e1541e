package dev.sluice.edge.socketio;

import static dev.sluice.edge.socketio.SmallGateway.args;
import static dev.sluice.edge.socketio.SmallGateway.offsetIn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.delivery.channel.ChannelPolicy;
import dev.sluice.edge.socketio.SmallGateway.Line;
import org.junit.jupiter.api.Test;

/** Whatever a client takes for its place is one. */
class PlaceOfASocketTest {
    private final SmallGateway gateway = new SmallGateway(ChannelPolicy.DEFAULT);
    private final Line first = gateway.line();

    /** A library takes the text at the end of the event for its place, whatever the event is worth. */
    @Test
    void aClientIsRecoveredThatGotATextByTheWay() {
        first.says("0");
        String pid = first.told("pid");
        gateway.seats.connected(first.told("sid")).emitVolatile("typing", args("somebody"));
        String place = offsetIn(first.last("typing"));
        first.cut();
        gateway.tell(pid, "word");

        Line next = gateway.line();
        next.says("0{\"pid\":\"%s\",\"offset\":\"%s\"}".formatted(pid, place));

        assertThat(next.told("pid")).isEqualTo(pid);
        assertThat(next.last("typing")).isEmpty();
        assertThat(next.last("word")).isNotEmpty();
    }
}
