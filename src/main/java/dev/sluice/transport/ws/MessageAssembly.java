package dev.sluice.transport.ws;

import dev.sluice.core.Payload;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts the frames of one message together, up to a bound. Vert.x has an assembly of its own, but it tells neither the
 * protocol nor the client what happened when a message is too long.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5.4">RFC 6455 §5.4</a>
 */
final class MessageAssembly {
    private final int maxMessage;
    private final Consumer<Payload> onMessage;
    private final Runnable onTooBig;
    private @Nullable Buffer parts;
    private boolean text;
    private boolean over;

    MessageAssembly(int maxMessage, Consumer<Payload> onMessage, Runnable onTooBig) {
        this.maxMessage = maxMessage;
        this.onMessage = onMessage;
        this.onTooBig = onTooBig;
    }

    void frame(WebSocketFrame frame) {
        if (over || !(frame.isText() || frame.isBinary() || frame.isContinuation())) {
            return;
        }
        Buffer data = frame.binaryData();
        if (!frame.isContinuation()) {
            text = frame.isText();
            if (frame.isFinal() && data.length() <= maxMessage) {
                onMessage.accept(new Payload(data.getBytes(), text));
                return;
            }
            parts = Buffer.buffer();
        }
        if (parts == null) {
            return;
        }
        if (parts.length() + data.length() > maxMessage) {
            over = true;
            parts = null;
            onTooBig.run();
            return;
        }
        parts.appendBuffer(data);
        if (frame.isFinal()) {
            Payload whole = new Payload(parts.getBytes(), text);
            parts = null;
            onMessage.accept(whole);
        }
    }
}
