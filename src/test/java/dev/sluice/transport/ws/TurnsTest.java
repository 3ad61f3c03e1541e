package dev.sluice.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Frames stand for what they inflate to: there is no inflater between the two. */
class TurnsTest {
    private static final int MOST = 10;

    private final Inflated inflated = new Inflated();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Turns turns = new Turns(channel, inflated, MOST);

    @BeforeEach
    void stand() {
        channel.pipeline().addLast(turns, inflated);
        // Else a turn comes by itself where the machine takes a millisecond over a line here.
        channel.freezeTime();
    }

    @AfterEach
    void release() {
        channel.finishAndReleaseAll();
    }

    private static TextWebSocketFrame frame(int length) {
        return new TextWebSocketFrame("x".repeat(length));
    }

    private void nextTurn() {
        channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void whatIsReadAtOnceTakesTurnsAndNoMoreIsReadMeanwhile() {
        channel.writeInbound(frame(MOST), frame(4), frame(4), frame(4), frame(1));

        assertThat(channel.inboundMessages()).hasSize(1);
        assertThat(channel.config().isAutoRead()).isFalse();
        nextTurn();
        assertThat(channel.inboundMessages()).hasSize(4);
        assertThat(channel.config().isAutoRead()).isFalse();
        nextTurn();
        assertThat(channel.inboundMessages()).hasSize(5);
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void whatComesWhileOthersWaitGoesBehindThem() {
        TextWebSocketFrame last = frame(1);
        channel.writeInbound(frame(MOST), frame(MOST));

        channel.config().setAutoRead(true);
        channel.writeInbound(last);

        assertThat(channel.inboundMessages()).hasSize(1);
        assertThat(channel.config().isAutoRead()).isFalse();
        nextTurn();
        nextTurn();
        assertThat(channel.inboundMessages()).hasSize(3).last().isSameAs(last);
    }

    @Test
    void whoeverPausedMeanwhileIsNotOverruled() {
        channel.writeInbound(frame(MOST), frame(1));
        turns.hold(true);

        nextTurn();
        assertThat(channel.inboundMessages()).hasSize(2);
        assertThat(channel.config().isAutoRead()).isFalse();

        turns.hold(false);
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void whoeverGoesOnWhileFramesWaitWaitsForThem() {
        channel.writeInbound(frame(MOST), frame(1));
        turns.hold(true);
        turns.hold(false);

        assertThat(channel.config().isAutoRead()).isFalse();
        nextTurn();
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void eachReadIsATurnOfItsOwn() {
        channel.writeInbound(frame(MOST));
        channel.writeInbound(frame(MOST));

        assertThat(channel.inboundMessages()).hasSize(2);
    }

    @Test
    void ofWhoWasClosedForWhatItSentNothingMoreIsInflated() {
        channel.writeInbound(frame(MOST), frame(MOST));

        turns.heardEnough();
        channel.writeInbound(new CloseWebSocketFrame());
        nextTurn();

        assertThat(channel.inboundMessages()).hasSize(2).last().isInstanceOf(CloseWebSocketFrame.class);
    }

    @Test
    void whatWaitsGoesWithItsConnection() {
        TextWebSocketFrame waits = frame(MOST);
        channel.writeInbound(frame(MOST), waits);

        channel.close();
        nextTurn();

        assertThat(waits.refCnt()).isZero();
        assertThat(channel.inboundMessages()).hasSize(1);
    }
}
