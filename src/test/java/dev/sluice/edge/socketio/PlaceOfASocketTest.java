package dev.sluice.edge.socketio;

import static dev.sluice.edge.socketio.SmallGateway.args;
import static dev.sluice.edge.socketio.SmallGateway.offsetIn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.delivery.channel.ChannelPolicy;
import dev.sluice.edge.socketio.SmallGateway.Line;
import org.junit.jupiter.api.Test;

/** What is volatile has no place: its client comes back to the event before it. */
class PlaceOfASocketTest {
    private final SmallGateway gateway = new SmallGateway(ChannelPolicy.DEFAULT);
    private final Line first = gateway.line();

    @Test
    void isThatOfTheLastEventThatIsSaidAgain() {
        first.says("0");
        String pid = first.told("pid");
        gateway.tell(pid, "first word");
        String place = offsetIn(first.last("first word"));
        gateway.seats.connected(first.told("sid")).emitVolatile("typing", args("somebody"));
        assertThat(first.last("typing")).endsWith("[\"typing\",\"somebody\"]");
        first.cut();
        gateway.tell(pid, "second word");

        Line next = gateway.line();
        next.says("0{\"pid\":\"%s\",\"offset\":\"%s\"}".formatted(pid, place));

        assertThat(next.told("pid")).isEqualTo(pid);
        assertThat(next.last("typing")).isEmpty();
        assertThat(next.last("first word")).isEmpty();
        assertThat(next.last("second word")).isNotEmpty();
    }
}
