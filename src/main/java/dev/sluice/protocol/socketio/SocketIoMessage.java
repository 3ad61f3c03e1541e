package dev.sluice.protocol.socketio;

import dev.sluice.core.Payload;
import dev.sluice.delivery.mailbox.Message;
import dev.sluice.protocol.socketio.SocketIoPacket.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said to one socket and is no publication: an answer, or something emitted to it alone.
 *
 * @param json the array without its closing bracket, or the object
 * @param only the connection that it makes sense on; null where it waits for the client to come back
 */
record SocketIoMessage(
        Type type, long id, Payload json, List<Payload> attachments, long appendedAt, @Nullable Object only)
        implements Message {
    private static final int OVERHEAD = 96;

    @Override
    public int bytes() {
        int bytes = json.size() + OVERHEAD;
        for (Payload attachment : attachments) {
            bytes += attachment.size();
        }
        return bytes;
    }

    @Override
    public boolean endsWithItsConnection() {
        return only != null;
    }

    /** Whether its client may come back to what is behind it: what is acknowledged or volatile is not said again. */
    boolean carriesOffset() {
        return type == Type.EVENT && id == SocketIoPacket.NO_ID && only == null;
    }
}
