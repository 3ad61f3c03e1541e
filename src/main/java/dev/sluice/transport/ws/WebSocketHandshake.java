package dev.sluice.transport.ws;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.spi.context.storage.AccessMode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;

/**
 * The way from a request to a WebSocket. Vert.x's own keeps the request, its URI in four shapes and an object for each
 * of its layers for as long as the socket lives: a fifth of what an idle client costs. Here the 101 is an answer like any
 * other, after which the HTTP handlers leave the connection's pipeline and the frames' come in.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-4.2">RFC 6455 §4.2</a>
 */
public final class WebSocketHandshake {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;
    private static final String VERSION = WebSocketVersion.V13.toHttpHeaderValue();
    /** The connection's handlers that speak HTTP, in Vert.x's words. */
    private static final List<String> HTTP =
            List.of("httpDecoder", "httpEncoder", "chunkedWriter", "deflater", "inflater");

    private WebSocketHandshake() {}

    /** What is wrong with a client's handshake, and how it was answered. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String why) {
            super(why, null, false, false);
        }
    }

    /**
     * Answers the request with a WebSocket, and lets go of the request. On its context, as is what comes of it.
     *
     * @param maxMessage longest message in bytes; a longer one closes the connection with 1009
     * @param compressed whether compression is agreed on where the client offers it
     * @return to be {@linkplain WebSocketTransport#read read} from at once; fails where the client's handshake was no
     *     good, which has been answered by then, or it went away
     */
    public static Future<WebSocketTransport> accept(HttpServerRequest request, int maxMessage, boolean compressed) {
        String wrong = wrongWith(request);
        if (wrong != null) {
            request.response().setStatusCode(400).end(wrong);
            return Future.failedFuture(new Refused(wrong));
        }
        if (!VERSION.equals(request.getHeader(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            request.response()
                    .putHeader(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION)
                    .setStatusCode(426)
                    .end();
            return Future.failedFuture(new Refused("another version"));
        }
        // Its last part may not be here yet, and is not to be read as a frame.
        return request.resume().end().map(whole -> switchOver(request, maxMessage, compressed));
    }

    private static @Nullable String wrongWith(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_1_1
                || request.method() != HttpMethod.GET
                || !(request.connection() instanceof ConnectionBase)) {
            return "A WebSocket begins with a GET of HTTP/1.1.";
        }
        String connection = request.getHeader(HttpHeaderNames.CONNECTION);
        if (connection == null || !connection.toLowerCase(Locale.ROOT).contains("upgrade")) {
            return "\"Connection\" header must be \"Upgrade\".";
        }
        return isKey(request.getHeader(HttpHeaderNames.SEC_WEBSOCKET_KEY))
                ? null
                : "No \"Sec-WebSocket-Key\" of 16 bytes.";
    }

    private static boolean isKey(@Nullable String key) {
        try {
            return key != null && Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException noBase64) {
            return false;
        }
    }

    private static String acceptOf(String key) {
        byte[] hash = DigestUtils.sha1((key + GUID).getBytes(StandardCharsets.US_ASCII));
        return Base64.getEncoder().encodeToString(hash);
    }

    private static WebSocketTransport switchOver(HttpServerRequest request, int maxMessage, boolean compressed) {
        ConnectionBase connection = (ConnectionBase) request.connection();
        ChannelPipeline pipeline = connection.channel().pipeline();
        Compression.none(pipeline);
        boolean extended = compressed && Compression.agree(maxMessage, request, pipeline);
        FrameReader reader = new FrameReader(connection.getContext(), maxMessage);
        pipeline.addBefore("handler", null, reader);
        pipeline.addBefore("handler", null, new WithoutLength());
        request.response()
                .setStatusCode(101)
                .putHeader(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                .putHeader(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .putHeader(
                        HttpHeaderNames.SEC_WEBSOCKET_ACCEPT,
                        acceptOf(request.getHeader(HttpHeaderNames.SEC_WEBSOCKET_KEY)))
                .end();
        pipeline.addAfter("httpDecoder", null, decoder(maxMessage, extended));
        HTTP.stream().filter(name -> pipeline.get(name) != null).forEach(pipeline::remove);
        letGo(pipeline);
        return reader.transport();
    }

    private static ChannelHandler decoder(int maxMessage, boolean extended) {
        return new WebSocket13FrameDecoder(WebSocketDecoderConfig.newBuilder()
                // What does not compress is longer in its frame than it is.
                .maxFramePayloadLength(extended ? Compression.room(maxMessage) : maxMessage)
                .allowExtensions(extended)
                // Its encoder is not here: the reader says what went wrong.
                .closeOnProtocolViolation(false)
                .build());
    }

    /**
     * What would stay for as long as the WebSocket lives: the listener's idle timeout, which has a scheduled task of its
     * own where a WebSocket is pinged and closed for its silence long before that; and the locals of the request's
     * context, which come anew where somebody sets one.
     */
    private static void letGo(ChannelPipeline pipeline) {
        if (pipeline.get(IdleStateHandler.class) != null) {
            pipeline.remove(IdleStateHandler.class);
        }
        ContextInternal context = ContextInternal.current();
        if (context != null) {
            context.removeLocal(ContextInternal.LOCAL_MAP, AccessMode.CONCURRENT);
        }
    }

    /** Vert.x gives each answer a length, and a 101 must have none (RFC 9110 §8.6). */
    private static final class WithoutLength extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (message instanceof HttpResponse response) {
                response.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
            }
            ctx.write(message, promise);
            ctx.pipeline().remove(this);
        }
    }
}
