package dev.sluice.protocol.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.Payload;
import java.util.List;

/**
 * One packet that a client sent, its attachments included.
 *
 * @param id of the acknowledgement that is asked for, or given; {@link #NO_ID} for none
 * @param data an object or missing for CONNECT, missing for DISCONNECT, else an array
 * @param attachments what the placeholders in {@code data} stand for
 */
public record SocketIoPacket(Type type, String namespace, long id, JsonNode data, List<Payload> attachments) {
    public static final long NO_ID = -1;

    /** The packet types, in the order of their digits. */
    public enum Type {
        CONNECT,
        DISCONNECT,
        EVENT,
        ACK,
        CONNECT_ERROR,
        BINARY_EVENT,
        BINARY_ACK;

        boolean binary() {
            return this == BINARY_EVENT || this == BINARY_ACK;
        }

        /** What it is once its attachments are there. */
        Type whole() {
            return switch (this) {
                case BINARY_EVENT -> EVENT;
                case BINARY_ACK -> ACK;
                default -> this;
            };
        }
    }
}
