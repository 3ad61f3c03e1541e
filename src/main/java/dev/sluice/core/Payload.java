package dev.sluice.core;

import java.nio.charset.StandardCharsets;

/**
 * One unit of bytes for the wire, encoded once and shared by whoever sends it. Callers must not change
 * {@link #bytes()} after handing it over: the same array may be on its way to thousands of sockets.
 *
 * @param bytes UTF-8 where {@code text}, anything otherwise
 * @param text whether a WebSocket sends it as a text frame
 */
@SuppressWarnings("ArrayRecordComponent") // identity is meant: payloads are shared, never compared
public record Payload(byte[] bytes, boolean text) {

    /** A text payload from a string. */
    public static Payload text(String value) {
        return new Payload(value.getBytes(StandardCharsets.UTF_8), true);
    }

    /** A text payload from UTF-8 bytes. */
    public static Payload text(byte[] utf8) {
        return new Payload(utf8, true);
    }

    /** Length in bytes, as counted against limits. */
    public int size() {
        return bytes.length;
    }

    /** The bytes as a string, for tests and text bodies. */
    public String asString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
