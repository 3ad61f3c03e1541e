package dev.sluice.edge.socketio;

import static dev.sluice.edge.socketio.SmallGateway.offsetIn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Disconnect;
import dev.sluice.delivery.channel.ChannelPolicy;
import dev.sluice.delivery.channel.ChannelPolicy.Overflow;
import dev.sluice.edge.socketio.SmallGateway.Line;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * A client gave a connection up and came back over the next one, and only then what it said over the first is heard: that
 * it connects, and has what it had then.
 */
class LateConnectTest {
    private static final ChannelPolicy SHORT = new ChannelPolicy(1, 1 << 20, Duration.ofHours(1), true, Overflow.CLOSE);

    private final SmallGateway gateway = new SmallGateway(SHORT);
    private String pid = "";

    private Line first(String namespace) {
        Line first = gateway.line();
        first.says("0" + namespace);
        pid = first.told("pid");
        return first;
    }

    private void comeBack(Line over, String namespace, String offset) {
        over.says("0%s{\"pid\":\"%s\",\"offset\":\"%s\"}".formatted(namespace, pid, offset));
    }

    @Test
    void aWordIsNotSaidAgainToWhoHasIt() {
        Line first = first("");
        gateway.tell(pid, "one");
        String hasOne = offsetIn(first.last("one"));
        gateway.tell(pid, "two");
        first.cut();
        gateway.memoryRunsShort();
        Line late = gateway.line();
        Line present = gateway.line();

        comeBack(present, "", hasOne);
        String hasTwo = offsetIn(present.last("two"));
        comeBack(late, "", hasOne);
        Line next = gateway.line();
        comeBack(next, "", hasTwo);

        assertThat(late.closed).isEqualTo(Disconnect.SUPERSEDED);
        assertThat(late.said).isEmpty();
        assertThat(next.told("pid")).isEqualTo(pid);
        assertThat(next.last("two")).isEmpty();
    }

    @Test
    void theConnectionThatCountsGoesOn() {
        Line first = first("");
        gateway.tell(pid, "one");
        String hasOne = offsetIn(first.last("one"));
        Line late = gateway.line();
        Line present = gateway.line();

        comeBack(present, "", hasOne);
        comeBack(late, "", hasOne);
        gateway.tell(pid, "two");

        assertThat(present.closed).isNull();
        assertThat(present.last("two")).contains("two");
    }

    /** What it had then cannot be gone on from any more; where it is now can. */
    @Test
    void itsSessionDoesNotEnd() {
        Line first = first("/short");
        gateway.publish("short", "one");
        String hasOne = offsetIn(first.last("one"));
        Line late = gateway.line();
        Line present = gateway.line();
        comeBack(present, "/short,", hasOne);
        gateway.publish("short", "two");
        gateway.publish("short", "three");
        present.cut();
        gateway.memoryRunsShort();

        comeBack(late, "/short,", hasOne);
        Line next = gateway.line();
        comeBack(next, "/short,", offsetIn(present.last("three")));

        assertThat(next.told("pid")).isEqualTo(pid);
    }
}
