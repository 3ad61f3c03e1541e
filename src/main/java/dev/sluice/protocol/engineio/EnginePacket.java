package dev.sluice.protocol.engineio;

import dev.sluice.core.Payload;

/**
 * One packet that a client sent.
 *
 * @param data what follows the type; binary only in a {@link Type#MESSAGE}
 */
public record EnginePacket(Type type, Payload data) {

    /** The packet types, in the order of their digits. */
    public enum Type {
        OPEN,
        CLOSE,
        PING,
        PONG,
        MESSAGE,
        UPGRADE,
        NOOP
    }
}
