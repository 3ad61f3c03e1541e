package dev.sluice.edge.shortcut;

import com.github.benmanes.caffeine.cache.Interner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The bytes of one GET without a body, as its client sent them. */
final class RequestHead {
    private static final String BEGIN = "GET ";
    private static final String NEXT = "\r\n";
    private static final String END = "\r\n\r\n";
    private static final int LONGEST = 8 * 1024;

    /** Of all connections: clients of a kind send the same ones, which are kept once and at hand then. */
    private static final Interner<ByteBuf> HEADERS = Interner.newWeakInterner();

    /** A byte a character. */
    private final String text;

    private final String uri;
    private final int headers;

    private RequestHead(String text, String uri, int headers) {
        this.text = text;
        this.uri = uri;
        this.headers = headers;
    }

    /** Null where that does not look like one whole head of a GET and nothing more. */
    static @Nullable RequestHead of(ByteBuf read) {
        // Bodies come this way as well: of most of them one byte says enough.
        if (!read.isReadable()
                || read.readableBytes() > LONGEST
                || read.getByte(read.readerIndex()) != BEGIN.charAt(0)) {
            return null;
        }
        String text = read.toString(StandardCharsets.ISO_8859_1);
        int uriEnd = text.indexOf(' ', BEGIN.length());
        boolean whole = text.startsWith(BEGIN) && uriEnd > 0 && text.indexOf(END) == text.length() - END.length();
        if (!whole) {
            return null;
        }
        int headers = 0;
        for (int line = text.indexOf(NEXT); line < text.length() - END.length(); line = text.indexOf(NEXT, line + 1)) {
            headers++;
        }
        return new RequestHead(text, text.substring(BEGIN.length(), uriEnd), headers);
    }

    /**
     * Whether the codec made that request of these bytes alone. With a beginning that it had before, it would be another
     * request, or have a header more.
     */
    boolean isThatOf(HttpRequest request) {
        return request.decoderResult().isSuccess()
                && request.uri().equals(uri)
                && request.headers().size() == headers;
    }

    /** What requests for that path look like; null where this is not for it. */
    @Nullable
    Pattern forPath(String path) {
        int end = path.length();
        boolean that = uri.startsWith(path) && (uri.length() == end || uri.charAt(end) == '?');
        return that
                ? new Pattern(bytes(BEGIN + path), HEADERS.intern(bytes(text.substring(BEGIN.length() + uri.length()))))
                : null;
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Requests that are in nothing but their query another one. */
    static final class Pattern {
        private static final int LONGEST_QUERY = 1024;
        private static final String NO_QUERY = "";

        private final ByteBuf upToThePath;
        private final ByteBuf behindTheUri;

        private Pattern(ByteBuf upToThePath, ByteBuf behindTheUri) {
            this.upToThePath = upToThePath;
            this.behindTheUri = behindTheUri;
        }

        /** The query of what was read, without the question mark; null where that is any other request, or not one. */
        @Nullable
        String queryOf(ByteBuf read) {
            int path = upToThePath.readableBytes();
            int headers = behindTheUri.readableBytes();
            int begin = read.readerIndex() + path;
            int query = read.readableBytes() - path - headers;
            if (query < 0
                    || query > LONGEST_QUERY
                    || !ByteBufUtil.equals(upToThePath, 0, read, read.readerIndex(), path)
                    || !ByteBufUtil.equals(behindTheUri, 0, read, begin + query, headers)) {
                return null;
            }
            if (query == 0) {
                return NO_QUERY;
            }
            boolean plain = read.getByte(begin) == '?';
            for (int i = 1; i < query && plain; i++) {
                int at = read.getByte(begin + i);
                plain = at > ' ' && at < 0x7f;
            }
            return plain ? read.toString(begin + 1, query - 1, StandardCharsets.ISO_8859_1) : null;
        }

        /** The request with that query, as it came. */
        ByteBuf with(String query) {
            int path = upToThePath.readableBytes();
            int headers = behindTheUri.readableBytes();
            ByteBuf whole = Unpooled.buffer(path + query.length() + 1 + headers);
            whole.writeBytes(upToThePath, 0, path);
            if (!query.isEmpty()) {
                whole.writeByte('?');
                whole.writeCharSequence(query, StandardCharsets.ISO_8859_1);
            }
            return whole.writeBytes(behindTheUri, 0, headers);
        }
    }
}
