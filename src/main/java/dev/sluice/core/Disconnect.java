package dev.sluice.core;

/**
 * Why the gateway ends a connection. The code tells a client whether to come back: agents in the field treat 1000 and
 * 1001 as the end, so neither is ever sent on the gateway's own initiative.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-7.4">RFC 6455 §7.4</a>
 */
public enum Disconnect {
    NORMAL(1000, "bye"),
    TOO_BIG(1009, "message too big"),
    INTERNAL(1011, "internal error"),
    SHUTDOWN(1012, "restarting"),
    TRY_LATER(1013, "try again later"),
    PROTOCOL_ERROR(4400, "protocol error"),
    UNAUTHORIZED(4401, "unauthorized"),
    SILENT(4408, "silent for too long"),
    SUPERSEDED(4409, "superseded by a newer connection"),
    RATE_LIMITED(4429, "rate limited"),
    SWITCH_TO_POLLING(4503, "switch to polling"),
    SLOW_CONSUMER(4510, "slow consumer"),
    /** The session ended under its transport: expired, or closed by its owner. */
    SESSION_GONE(4410, "session gone");

    private final int code;
    private final String reason;

    Disconnect(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    /** The WebSocket close code. */
    public int code() {
        return code;
    }

    /** A short reason, within the 123 bytes that a close frame carries. */
    public String reason() {
        return reason;
    }
}
