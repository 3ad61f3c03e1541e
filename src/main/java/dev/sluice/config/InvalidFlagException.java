package dev.sluice.config;

/** A flag has a value that is not allowed; never leaves this room. */
final class InvalidFlagException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final String value;
    private final String allowed;

    /** @param allowed completes "must be …" */
    InvalidFlagException(String key, String value, String allowed) {
        super("%s=%s is not valid: must be %s".formatted(key, value, allowed));
        this.key = key;
        this.value = value;
        this.allowed = allowed;
    }

    String key() {
        return key;
    }

    String value() {
        return value;
    }

    String allowed() {
        return allowed;
    }
}
