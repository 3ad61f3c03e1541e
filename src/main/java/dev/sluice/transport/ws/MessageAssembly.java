package dev.sluice.transport.ws;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import org.jspecify.annotations.Nullable;

/**
 * Puts the frames of one message together, up to a bound. Vert.x has an assembly of its own, but it tells neither the
 * protocol nor the client what happened when a message is too long.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5.4">RFC 6455 §5.4</a>
 */
final class MessageAssembly implements Handler<WebSocketFrame> {
    private final int maxMessage;
    private final Inbound inbound;
    private final WebSocketTransport socket;
    private @Nullable Buffer parts;
    private boolean text;
    private boolean over;

    /** @param inbound told of whole messages; where one is too long, the socket is shut */
    MessageAssembly(int maxMessage, Inbound inbound, WebSocketTransport socket) {
        this.maxMessage = maxMessage;
        this.inbound = inbound;
        this.socket = socket;
    }

    @Override
    public void handle(WebSocketFrame frame) {
        if (over || !(frame.isText() || frame.isBinary() || frame.isContinuation())) {
            return;
        }
        Buffer data = frame.binaryData();
        if (!frame.isContinuation()) {
            text = frame.isText();
            if (frame.isFinal() && data.length() <= maxMessage) {
                inbound.message(new Payload(data.getBytes(), text));
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
            socket.shut(Disconnect.TOO_BIG);
            return;
        }
        parts.appendBuffer(data);
        if (frame.isFinal()) {
            Payload whole = new Payload(parts.getBytes(), text);
            parts = null;
            inbound.message(whole);
        }
    }
}
