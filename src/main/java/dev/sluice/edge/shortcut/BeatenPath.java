package dev.sluice.edge.shortcut;

import com.github.benmanes.caffeine.cache.Interner;
import dev.sluice.core.Mode;
import dev.sluice.edge.http.Body;
import dev.sluice.edge.shortcut.RequestHead.Pattern;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a request from the one before, and of the answer from the answer before: as long as a request has the
 * same head, whatever was made of its headers is the same as well.
 */
final class BeatenPath {
    /** A request with one of these is not repeated: who shows a credential is asked for it each time, it may be revoked. */
    private static final List<AsciiString> ASKED_ONCE = List.of(
            HttpHeaderNames.AUTHORIZATION,
            HttpHeaderNames.CONTENT_LENGTH,
            HttpHeaderNames.TRANSFER_ENCODING,
            HttpHeaderNames.EXPECT,
            HttpHeaderNames.UPGRADE);

    /** What differs from answer to answer, and what says something of the connection; with these nothing is repeated. */
    private static final List<AsciiString> SAID_ONCE = List.of(
            HttpHeaderNames.SET_COOKIE,
            HttpHeaderNames.CONNECTION,
            HttpHeaderNames.TRANSFER_ENCODING,
            HttpHeaderNames.CONTENT_ENCODING,
            HttpHeaderNames.DATE,
            HttpHeaderNames.ETAG);

    private static final AsciiString MODE = AsciiString.cached("Sluice-Mode");
    private static final int BASE = 10;
    private static final int LONGEST_NUMBER = 10;
    private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Of all connections: clients of a kind are answered with the same head, which is kept once and at hand then. */
    private static final Interner<AsciiString> HEADS = Interner.newWeakInterner();

    final Regular regular;
    final Pattern request;
    private final HttpHeaders answerHeaders;
    private @Nullable Mode lastMode;
    private AsciiString lastHead = AsciiString.EMPTY_STRING;

    private BeatenPath(Regular regular, Pattern request, HttpHeaders answerHeaders) {
        this.regular = regular;
        this.request = request;
        this.answerHeaders = answerHeaders;
    }

    /** Null where the answer, or the next request, may be another one for the same head. */
    static @Nullable BeatenPath of(Regular regular, RequestHead head, HttpRequest request, HttpResponse answer) {
        Pattern pattern = head.forPath(regular.path());
        boolean plain = request.method().equals(HttpMethod.GET)
                && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && lacks(request.headers(), ASKED_ONCE)
                && staysOpen(request.headers())
                && answer.status().code() == 200
                && lacks(answer.headers(), SAID_ONCE);
        return plain && pattern != null ? new BeatenPath(regular, pattern, answer.headers()) : null;
    }

    private static boolean staysOpen(HttpHeaders headers) {
        String connection = headers.get(HttpHeaderNames.CONNECTION);
        return connection == null || HttpHeaderValues.KEEP_ALIVE.contentEqualsIgnoreCase(connection);
    }

    private static boolean lacks(HttpHeaders headers, List<AsciiString> names) {
        for (AsciiString name : names) {
            if (headers.contains(name)) {
                return false;
            }
        }
        return true;
    }

    private AsciiString headFor(Mode mode) {
        if (mode != lastMode) {
            lastMode = mode;
            lastHead = HEADS.intern(new AsciiString(head(mode).getBytes(StandardCharsets.ISO_8859_1), false));
        }
        return lastHead;
    }

    private String head(Mode mode) {
        StringBuilder head = new StringBuilder("HTTP/1.1 200 OK\r\n");
        for (Entry<String, String> header : answerHeaders) {
            if (!MODE.contentEqualsIgnoreCase(header.getKey())
                    && !HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(header.getKey())) {
                head.append(header.getKey())
                        .append(": ")
                        .append(header.getValue())
                        .append("\r\n");
            }
        }
        return head.append(MODE)
                .append(": ")
                .append(mode.wire())
                .append("\r\ncontent-length: ")
                .toString();
    }

    /** The whole answer in one piece. */
    ByteBuf answer(ByteBufAllocator buffers, Mode mode, Body body) {
        AsciiString head = headFor(mode);
        int size = body.size();
        ByteBuf answer = buffers.ioBuffer(head.length() + LONGEST_NUMBER + END.length + size);
        answer.writeBytes(head.array(), head.arrayOffset(), head.length());
        writeNumber(answer, size);
        body.putInto(answer.writeBytes(END));
        return answer;
    }

    /** In decimal, and without a text that would be made for every answer. */
    private static void writeNumber(ByteBuf into, int number) {
        int unit = 1;
        while (number / unit >= BASE) {
            unit *= BASE;
        }
        for (; unit > 0; unit /= BASE) {
            into.writeByte('0' + number / unit % BASE);
        }
    }

    /** Another one than the usual answer, with what else it says of the client. */
    FullHttpResponse refusal(ByteBufAllocator buffers, int status, String contentType, String body) {
        ByteBuf text = ByteBufUtil.writeAscii(buffers, body);
        FullHttpResponse refusal =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), text);
        refusal.headers()
                .set(answerHeaders)
                .set(HttpHeaderNames.CONTENT_TYPE, contentType)
                .set(HttpHeaderNames.CONTENT_LENGTH, text.readableBytes());
        return refusal;
    }
}
