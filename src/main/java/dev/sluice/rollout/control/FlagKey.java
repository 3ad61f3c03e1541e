package dev.sluice.rollout.control;

/** The three flags by the names that the environment, application.properties and the flag file use. */
public enum FlagKey {
    WEBSOCKET_ENABLED("websocket_enabled", "flags.websocket_enabled"),
    FALLBACK_ENABLED("fallback_enabled", "flags.fallback_enabled"),
    ROLLOUT_PERCENTAGE("percentage", "target");

    private final String field;
    private final String audited;

    FlagKey(String field, String audited) {
        this.field = field;
        this.audited = audited;
    }

    /** The field of the operator API that sets it. */
    public String field() {
        return field;
    }

    /** The word in {@link AuditEntry#what()}. */
    public String audited() {
        return audited;
    }
}
