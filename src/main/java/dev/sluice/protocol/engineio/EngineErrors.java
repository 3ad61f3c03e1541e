package dev.sluice.protocol.engineio;

import org.jspecify.annotations.Nullable;

/**
 * What a request is refused with: {@code {"code","message"}}, as clients of the reference server know it.
 *
 * @see <a href="https://github.com/socketio/engine.io-protocol">engine.io, {@code Server.errors}</a>
 */
public enum EngineErrors {
    TRANSPORT_UNKNOWN(0, 400, "Transport unknown"),
    SID_UNKNOWN(1, 400, "Session ID unknown"),
    BAD_HANDSHAKE_METHOD(2, 400, "Bad handshake method"),
    BAD_REQUEST(3, 400, "Bad request"),
    FORBIDDEN(4, 403, "Forbidden"),
    UNSUPPORTED_VERSION(5, 400, "Unsupported protocol version");

    private final int code;
    private final int status;
    private final String message;

    EngineErrors(int code, int status, String message) {
        this.code = code;
        this.status = status;
        this.message = message;
    }

    public int code() {
        return code;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    public String message() {
        return message;
    }

    /** The body of the answer. */
    public String body() {
        return body(code, message);
    }

    /** The same form for a refusal that has a sentence of its own. */
    public static String body(int code, String message) {
        return "{\"code\":%d,\"message\":\"%s\"}".formatted(code, message);
    }

    /**
     * What is wrong with the query of a request, before anybody is looked up; null for nothing. The transport is looked
     * at before the version, as the reference does.
     */
    public static @Nullable EngineErrors ofQuery(@Nullable String transport, @Nullable String version, boolean known) {
        if (!"polling".equals(transport) && !"websocket".equals(transport)) {
            return TRANSPORT_UNKNOWN;
        }
        return known || "4".equals(version) ? null : UNSUPPORTED_VERSION;
    }
}
