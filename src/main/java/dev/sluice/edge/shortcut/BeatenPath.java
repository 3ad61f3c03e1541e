package dev.sluice.edge.shortcut;

import dev.sluice.core.Mode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a request from the one before, and of the answer from the answer before: as long as a request has the
 * same head, whatever was made of its headers is the same as well.
 */
final class BeatenPath {
    /** What differs from answer to answer, and what says something of the connection; with these nothing is repeated. */
    private static final List<AsciiString> SINGLE = List.of(
            HttpHeaderNames.SET_COOKIE,
            HttpHeaderNames.CONNECTION,
            HttpHeaderNames.TRANSFER_ENCODING,
            HttpHeaderNames.CONTENT_ENCODING,
            HttpHeaderNames.DATE,
            HttpHeaderNames.ETAG);

    private static final AsciiString MODE = AsciiString.cached("Sluice-Mode");
    private static final int LONGEST_NUMBER = 10;
    private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    final Regular regular;
    private final String path;
    private final CharSequence[] requestHeaders;
    private final HttpHeaders answerHeaders;
    private final byte[] polling;
    private final byte[] webSocket;

    private BeatenPath(Regular regular, HttpRequest request, HttpResponse answer) {
        this.regular = regular;
        this.path = regular.path();
        this.requestHeaders = flat(request.headers());
        this.answerHeaders = answer.headers();
        String head = head(answer);
        this.polling = headFor(head, Mode.POLLING);
        this.webSocket = headFor(head, Mode.WEBSOCKET);
    }

    /** Null where the answer, or the next request, may be another one for the same head. */
    static @Nullable BeatenPath of(Regular regular, HttpRequest request, HttpResponse answer) {
        boolean plain = request.method().equals(HttpMethod.GET)
                && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && lacks(request.headers(), SINGLE)
                // Who shows a credential is asked for it each time: it may have been revoked.
                && !request.headers().contains(HttpHeaderNames.AUTHORIZATION)
                && !request.headers().contains(HttpHeaderNames.CONTENT_LENGTH)
                && !request.headers().contains(HttpHeaderNames.EXPECT)
                && answer.status().code() == 200
                && lacks(answer.headers(), SINGLE);
        return plain ? new BeatenPath(regular, request, answer) : null;
    }

    private static boolean lacks(HttpHeaders headers, List<AsciiString> names) {
        for (AsciiString name : names) {
            if (headers.contains(name)) {
                return false;
            }
        }
        return true;
    }

    private static CharSequence[] flat(HttpHeaders headers) {
        CharSequence[] flat = new CharSequence[headers.size() * 2];
        int at = 0;
        Iterator<Entry<CharSequence, CharSequence>> entries = headers.iteratorCharSequence();
        while (entries.hasNext()) {
            Entry<CharSequence, CharSequence> entry = entries.next();
            flat[at++] = entry.getKey();
            flat[at++] = entry.getValue();
        }
        return flat;
    }

    private static String head(HttpResponse answer) {
        StringBuilder head = new StringBuilder("HTTP/1.1 200 OK\r\n");
        for (Entry<String, String> header : answer.headers()) {
            if (!MODE.contentEqualsIgnoreCase(header.getKey())
                    && !HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(header.getKey())) {
                head.append(header.getKey())
                        .append(": ")
                        .append(header.getValue())
                        .append("\r\n");
            }
        }
        return head.toString();
    }

    private static byte[] headFor(String head, Mode mode) {
        return (head + MODE + ": " + mode.wire() + "\r\ncontent-length: ").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Its query where the request is the one before but for that; null where it is another one. */
    @Nullable
    String queryOf(HttpRequest request) {
        String uri = request.uri();
        int end = path.length();
        boolean same = uri.startsWith(path)
                && (uri.length() == end || uri.charAt(end) == '?')
                && request.method().equals(HttpMethod.GET)
                && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && request.decoderResult().isSuccess()
                && hasSame(request.headers());
        return !same ? null : uri.length() == end ? "" : uri.substring(end + 1);
    }

    private boolean hasSame(HttpHeaders headers) {
        if (headers.size() * 2 != requestHeaders.length) {
            return false;
        }
        int at = 0;
        Iterator<Entry<CharSequence, CharSequence>> entries = headers.iteratorCharSequence();
        while (entries.hasNext()) {
            Entry<CharSequence, CharSequence> entry = entries.next();
            if (!AsciiString.contentEquals(entry.getKey(), requestHeaders[at++])
                    || !AsciiString.contentEquals(entry.getValue(), requestHeaders[at++])) {
                return false;
            }
        }
        return true;
    }

    /** The whole answer in one piece. */
    ByteBuf answer(ByteBufAllocator buffers, Mode mode, byte[] body) {
        byte[] head = mode == Mode.POLLING ? polling : webSocket;
        ByteBuf answer = buffers.ioBuffer(head.length + LONGEST_NUMBER + END.length + body.length);
        answer.writeBytes(head);
        answer.writeCharSequence(Integer.toString(body.length), StandardCharsets.US_ASCII);
        return answer.writeBytes(END).writeBytes(body);
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
