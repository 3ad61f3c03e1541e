package dev.sluice.edge.shortcut;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Mode;
import dev.sluice.edge.http.Body;
import dev.sluice.edge.http.Progress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShortcutTest {
    private static final String PATH = "/polls/1";
    private static final String USUAL_ANSWER =
            """
            HTTP/1.1 200 OK\r
            content-type: text/x\r
            Sluice-Mode: polling\r
            content-length: 5\r
            \r
            usual""";

    private static VertxInternal vertx;

    private EmbeddedChannel channel;
    private Shortcut shortcut;
    private final Usual usual = new Usual();
    private final Poller poller = new Poller();
    /** Whoever asks on that path now. */
    private Regular asks = poller;

    /** Who stands behind it. */
    private final class Usual extends ChannelInboundHandlerAdapter {
        private final List<String> asked = new ArrayList<>();
        private int completed;

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            completed++;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof HttpRequest request) {
                asked.add(request.uri());
                Progress.of(ctx.channel()).begun();
                if (request.uri().startsWith(PATH)) {
                    shortcut.offered(asks);
                }
            }
            ReferenceCountUtil.release(message);
        }

        void answer(String... more) {
            FullHttpResponse answer = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    HttpResponseStatus.OK,
                    Unpooled.copiedBuffer("usual", StandardCharsets.US_ASCII));
            answer.headers().set("content-type", "text/x").set("Sluice-Mode", "polling");
            for (int i = 0; i < more.length; i += 2) {
                answer.headers().set(more[i], more[i + 1]);
            }
            answer.headers().set("content-length", 5);
            channel.writeOutbound(answer);
            Progress.of(channel).ended();
        }
    }

    private static final class Poller implements Regular {
        private final List<String> queries = new ArrayList<>();
        private final List<Boolean> written = new ArrayList<>();
        private boolean declines;
        private Again parked;

        @Override
        public String path() {
            return PATH;
        }

        @Override
        public boolean comes(String query, Again again) {
            if (!declines) {
                queries.add(query);
                parked = again;
            }
            return !declines;
        }

        void answer(Mode mode, String body) {
            parked.answer(mode, Body.of(body.getBytes(StandardCharsets.US_ASCII)), written::add);
        }
    }

    @BeforeAll
    static void startVertx() {
        vertx = (VertxInternal) Vertx.vertx();
    }

    @AfterAll
    static void stopVertx() {
        vertx.close();
    }

    @BeforeEach
    void connect() {
        channel = new EmbeddedChannel();
        channel.pipeline()
                .addLast("httpDecoder", new HttpRequestDecoder())
                .addLast("httpEncoder", new HttpResponseEncoder())
                .addLast("handler", usual);
        shortcut = Shortcut.install(channel.pipeline(), vertx.createEventLoopContext(), poller);
    }

    @AfterEach
    void disconnect() {
        channel.finishAndReleaseAll();
    }

    private void ask(String uri, String... headers) {
        channel.writeInbound(request(uri, headers));
    }

    private static ByteBuf request(String uri, String... headers) {
        StringBuilder head = new StringBuilder("GET " + uri + " HTTP/1.1\r\nHost: gateway\r\n");
        for (int i = 0; i < headers.length; i += 2) {
            head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        return Unpooled.copiedBuffer(head.append("\r\n"), StandardCharsets.US_ASCII);
    }

    private String answers() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.append(part.toString(StandardCharsets.US_ASCII));
            part.release();
        }
        return all.toString();
    }

    /** What the connection needs to be known. */
    private void comesOnce(String... answerHeaders) {
        ask(PATH + "?n=1");
        usual.answer(answerHeaders);
        assertThat(answers()).endsWith("usual");
    }

    @Test
    void theSameRequestAgainIsTakenWithItsQueryAndAnsweredWithTheSameHead() {
        ask(PATH + "?n=1");
        usual.answer();
        assertThat(answers()).isEqualTo(USUAL_ANSWER);

        ask(PATH + "?n=2");
        poller.answer(Mode.WEBSOCKET, "quick!");

        assertThat(usual.asked).containsExactly(PATH + "?n=1");
        assertThat(poller.queries).containsExactly("n=2");
        assertThat(poller.written).containsExactly(true);
        assertThat(answers())
                .isEqualToIgnoringCase(
                        """
                        HTTP/1.1 200 OK\r
                        content-type: text/x\r
                        Sluice-Mode: websocket\r
                        content-length: 6\r
                        \r
                        quick!""");
    }

    /** What is written is flushed then. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10, 99, 100, 1_000, 65_537})
    void anAnswerSaysHowLongItsBodyIs(int length) {
        comesOnce();
        answers();

        ask(PATH);
        poller.answer(Mode.POLLING, "x".repeat(length));

        assertThat(answers()).contains("content-length: " + length + "\r\n\r\n" + "x".repeat(length));
    }

    @Test
    void whoeverSawARequestHearsThatItWasAllForNow() {
        channel.pipeline().fireChannelReadComplete();
        assertThat(usual.completed)
                .as("of what came before the shortcut was there")
                .isEqualTo(1);

        comesOnce();
        assertThat(usual.completed).isEqualTo(2);

        ask(PATH);
        poller.answer(Mode.POLLING, "quick");
        assertThat(usual.completed).isEqualTo(2);
    }

    @Test
    void anotherHeadGoesTheUsualWay() {
        comesOnce();

        ask(PATH, "Origin", "http://elsewhere");
        usual.answer();
        ask(PATH + "/below");
        usual.answer();
        ask("/other");
        usual.answer();

        assertThat(usual.asked).endsWith(PATH, PATH + "/below", "/other");
        assertThat(poller.queries).isEmpty();
    }

    /** As behind a proxy: what would be learnt of one is no use for the next. */
    @Test
    void clientsThatTakeTurnsOnOneConnectionGoTheUsualWay() {
        Poller other = new Poller();
        for (int i = 0; i < 4; i++) {
            asks = i % 2 == 0 ? other : poller;
            ask(PATH);
            usual.answer();
        }

        assertThat(usual.asked).hasSize(4);
        assertThat(poller.queries).isEmpty();
        assertThat(other.queries).isEmpty();
    }

    @Test
    void aCredentialIsShownEachTime() {
        ask(PATH, "Authorization", "Bearer secret");
        usual.answer();
        ask(PATH, "Authorization", "Bearer secret");
        usual.answer();

        assertThat(usual.asked).hasSize(2);
        assertThat(poller.queries).isEmpty();
    }

    /** As browsers and Python say it each time. */
    @Test
    void aConnectionThatIsSaidToStayIsNothingUnusual() {
        ask(PATH, "Connection", "keep-alive");
        usual.answer();
        ask(PATH, "Connection", "keep-alive");

        assertThat(poller.queries).hasSize(1);
    }

    @Test
    void aConnectionThatIsToEndGoesTheUsualWay() {
        ask(PATH, "Connection", "close");
        usual.answer();
        ask(PATH, "Connection", "close");

        assertThat(poller.queries).isEmpty();
    }

    @Test
    void anAnswerThatIsMeantOnceIsNotRepeated() {
        comesOnce("Set-Cookie", "sluice=1");

        ask(PATH);

        assertThat(usual.asked).hasSize(2);
    }

    @Test
    void whatItsRegularDeclinesGoesTheUsualWay() {
        comesOnce();
        poller.declines = true;

        ask(PATH + "?n=2");

        assertThat(usual.asked).containsExactly(PATH + "?n=1", PATH + "?n=2");
        assertThat(shortcut.serves(null)).isTrue();
    }

    @Test
    void nobodyOvertakesARequestThatIsBeingServed() {
        comesOnce();

        ask("/slow");
        ask(PATH + "?n=2");

        assertThat(usual.asked).endsWith("/slow", PATH + "?n=2");
        assertThat(poller.queries).isEmpty();
    }

    @Test
    void whatIsSentBehindAParkedRequestWaitsForItsAnswer() {
        comesOnce();
        ask(PATH + "?n=2");
        channel.writeInbound(Unpooled.wrappedBuffer(request("/next"), request("/last")));

        assertThat(usual.asked).hasSize(1);
        assertThat(channel.config().isAutoRead()).isFalse();

        poller.answer(Mode.POLLING, "first");

        assertThat(usual.asked).endsWith("/next", "/last");
        assertThat(channel.config().isAutoRead()).isTrue();
        usual.answer();
        assertThat(answers()).containsSubsequence("first", "usual");
    }

    @Test
    void requestsThatComeTogetherGoTheUsualWay() {
        comesOnce();

        channel.writeInbound(Unpooled.wrappedBuffer(request(PATH + "?n=2"), request(PATH + "?n=3")));

        assertThat(usual.asked).endsWith(PATH + "?n=2", PATH + "?n=3");
        assertThat(poller.queries).isEmpty();
    }

    @Test
    void aRequestInPiecesGoesTheUsualWayAndTheNextOneDoesNot() {
        comesOnce();
        ByteBuf whole = request(PATH + "?n=2");
        channel.writeInbound(whole.readRetainedSlice(9), whole);
        usual.answer();
        assertThat(usual.asked).endsWith(PATH + "?n=2");
        assertThat(poller.queries).isEmpty();

        ask(PATH + "?n=3");
        usual.answer();
        ask(PATH + "?n=4");

        assertThat(usual.asked).endsWith(PATH + "?n=3");
        assertThat(poller.queries).containsExactly("n=4");
    }

    /** Behind a proxy it would be answered to somebody else. */
    @Test
    void aRequestInTheBodyOfAnotherIsNone() {
        comesOnce();
        int length = request(PATH).readableBytes();
        channel.writeInbound(Unpooled.copiedBuffer(
                "POST /other HTTP/1.1\r\nHost: gateway\r\nContent-Length: " + length + "\r\n\r\n",
                StandardCharsets.US_ASCII));
        // Early, as a body that is too long.
        usual.answer();

        ask(PATH);

        assertThat(usual.asked).endsWith("/other");
        assertThat(poller.queries).isEmpty();
    }

    @Test
    void aRequestInAHeaderOfAnotherIsNone() {
        comesOnce();
        channel.writeInbound(Unpooled.copiedBuffer("GET " + PATH + " HTTP/1.1\r\nX: ", StandardCharsets.US_ASCII));
        ask(PATH);
        usual.answer();

        ask(PATH);

        assertThat(usual.asked).endsWith(PATH, PATH);
        assertThat(poller.queries).isEmpty();
    }

    @Test
    void aQueryThatIsNoneGoesTheUsualWay() {
        comesOnce();

        ask(PATH + "?n=2\nX: 1");

        assertThat(poller.queries).isEmpty();
    }

    @Test
    void aParkedRequestMayGoTheUsualWayAfterAll() {
        comesOnce();
        ask(PATH + "?n=2");

        poller.parked.goTheUsualWay();
        usual.answer();

        assertThat(usual.asked).endsWith(PATH + "?n=2");
        assertThat(answers()).isEqualTo(USUAL_ANSWER);
        poller.answer(Mode.POLLING, "twice");
        assertThat(poller.written).containsExactly(false);
        assertThat(answers()).isEmpty();
    }

    @Test
    void aRefusalKeepsWhatTheAnswersSayOfTheClient() {
        comesOnce("Access-Control-Allow-Origin", "*");
        ask(PATH);

        poller.parked.refuse(400, "application/json", "{}");

        assertThat(answers())
                .startsWith("HTTP/1.1 400 Bad Request\r\n")
                .containsIgnoringCase("access-control-allow-origin: *\r\n")
                .containsIgnoringCase("content-type: application/json\r\n")
                .containsIgnoringCase("content-length: 2\r\n")
                .endsWith("\r\n\r\n{}");
    }

    @Test
    void aParkedRequestIsToldThatItsConnectionWent() {
        comesOnce();
        ask(PATH);
        List<String> told = new ArrayList<>();
        poller.parked.onGone(() -> told.add("gone"));

        channel.close();
        poller.answer(Mode.POLLING, "late");

        assertThat(told).containsExactly("gone");
        assertThat(poller.written).containsExactly(false);
    }

    @Test
    void aConnectionWithAParkedRequestIsNotQuiet() {
        comesOnce();
        assertThat(Progress.of(channel).isServing()).isFalse();

        ask(PATH);
        assertThat(Progress.of(channel).isServing()).isTrue();

        poller.answer(Mode.POLLING, "now");
        assertThat(Progress.of(channel).isServing()).isFalse();
    }

    @Test
    void anUpgradeTakesTheWholeConnection() {
        comesOnce();

        ask("/ws", "Upgrade", "websocket");

        assertThat(usual.asked).endsWith("/ws");
        assertThat(channel.pipeline().get(Shortcut.class)).isNull();
    }
}
