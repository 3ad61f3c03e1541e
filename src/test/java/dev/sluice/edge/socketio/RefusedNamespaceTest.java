package dev.sluice.edge.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Disconnect;
import dev.sluice.core.SluiceException;
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
        gateway.store.fails(new IllegalStateException("no such table"));
        line.says("0/kept,");

        assertThat(line.last("44/kept,")).contains("internal");
        assertThat(line.last("41/kept,")).isEmpty();

        gateway.store.fails(null);
        line.says("0/kept,");

        assertThat(line.told("sid")).isNotNull();
    }

    /** Its library would never try again. */
    @Test
    void whoComesWhileTheStoreIsAwayWaitsForIt() {
        gateway.store.fails(SluiceException.storeUnavailable(null));
        line.says("0/kept,");
        passes(44);
        assertThat(line.said).noneMatch(each -> each.contains("/kept,"));

        gateway.store.fails(null);
        passes(1);
        assertThat(line.told("sid")).isNotNull();

        gateway.publish("kept", "first");
        assertThat(line.last("first")).startsWith("42/kept,");
        passes(44);
        assertThat(line.closed).isNull();
    }

    /** Its library comes back by itself then. */
    @Test
    void whoWaitedTooLongForTheStoreIsCutOff() {
        gateway.store.fails(SluiceException.storeUnavailable(null));
        line.says("0/kept,");
        passes(46);

        assertThat(line.last("44/kept,")).isEmpty();
        assertThat(line.closed).isEqualTo(Disconnect.TRY_LATER);
    }

    @Test
    void whoComesBackWhileTheStoreIsAwayKeepsItsSession() {
        line.says("0/kept,");
        gateway.publish("kept", "first");
        String pid = line.told("pid");
        String sid = line.told("sid");
        String has = SmallGateway.offsetIn(line.last("first"));
        line.cut();
        gateway.publish("kept", "second");
        gateway.restart();

        Line again = gateway.line();
        gateway.store.fails(SluiceException.storeUnavailable(null));
        again.says("0/kept,{\"pid\":\"%s\",\"offset\":\"%s\"}".formatted(pid, has));
        assertThat(again.said).isEmpty();

        gateway.store.fails(null);
        gateway.clock.advance(Duration.ofSeconds(1));
        again.passes();

        assertThat(again.told("sid")).isEqualTo(sid);
        assertThat(again.last("second")).startsWith("42/kept,");
        assertThat(again.last("first")).isEmpty();
    }

    @Test
    void whoGivesUpWhileItWaitsIsNotLetIn() {
        gateway.store.fails(SluiceException.storeUnavailable(null));
        line.says("0/kept,");
        line.says("1/kept,");

        gateway.store.fails(null);
        passes(2);

        assertThat(line.said).noneMatch(each -> each.startsWith("40/kept,"));
        assertThat(line.closed).isNull();
    }

    @Test
    void whoIsCutWhileItWaitsLeavesNothing() {
        gateway.store.fails(SluiceException.storeUnavailable(null));
        line.says("0/kept,");
        assertThat(gateway.sessions()).isEqualTo(1);

        line.cut();

        assertThat(gateway.sessions()).isZero();
    }

    @Test
    void whoIsCutOnceItIsWelcomeKeepsItsSession() {
        line.says("0/kept,");

        line.cut();

        assertThat(gateway.sessions()).isEqualTo(1);
    }

    private void passes(int seconds) {
        for (int i = 0; i < seconds; i++) {
            gateway.clock.advance(Duration.ofSeconds(1));
            line.passes();
        }
    }
}
