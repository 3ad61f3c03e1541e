package dev.sluice.bench;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Reads just enough HTTP to find the bodies of answers, one at a time, so that clients leave the core to the server. */
final class RawAnswers {
    private static final byte[] LENGTH = "content-length: ".getBytes(StandardCharsets.US_ASCII);

    private final Consumer<Buffer> onBody;
    private final Runnable onRefusal;
    private Buffer got = Buffer.buffer();

    /** @param onRefusal told of an answer that is no 2xx, whose body is given on all the same */
    RawAnswers(Consumer<Buffer> onBody, Runnable onRefusal) {
        this.onBody = onBody;
        this.onRefusal = onRefusal;
    }

    void read(Buffer part) {
        got = got.length() == 0 ? part : got.appendBuffer(part);
        int body = bodyAt();
        if (body < 0) {
            return;
        }
        int length = length(body);
        if (got.length() < body + length) {
            return;
        }
        Buffer whole = got.slice(body, body + length);
        if (got.getByte(9) != '2') {
            onRefusal.run();
            System.err.println(got);
        }
        got = Buffer.buffer();
        onBody.accept(whole);
    }

    private int bodyAt() {
        for (int i = 4; i <= got.length(); i++) {
            if (got.getByte(i - 1) == '\n' && got.getByte(i - 2) == '\r' && got.getByte(i - 3) == '\n') {
                return i;
            }
        }
        return -1;
    }

    private int length(int end) {
        for (int i = 0; i < end - LENGTH.length; i++) {
            if (is(LENGTH, got, i)) {
                int length = 0;
                for (int at = i + LENGTH.length; got.getByte(at) != '\r'; at++) {
                    length = length * 10 + got.getByte(at) - '0';
                }
                return length;
            }
        }
        return 0;
    }

    /** Whether that stands there, in upper or lower case. */
    static boolean is(byte[] name, Buffer text, int at) {
        for (int i = 0; i < name.length; i++) {
            if (at + i >= text.length() || (text.getByte(at + i) | 0x20) != (name[i] | 0x20)) {
                return false;
            }
        }
        return true;
    }
}
