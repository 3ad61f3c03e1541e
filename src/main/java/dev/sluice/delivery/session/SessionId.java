package dev.sluice.delivery.session;

/** Names a session within a node. A secret of its client where a protocol hands it out: log only a shortened form. */
public record SessionId(String value) {
    /** Sessions of the gateway's own client begin so; random ids of clients do not, but for one in 10^10. */
    public static final String PROBE = "probe-";

    /** Whether it is a session by which the gateway tries itself: nobody counts it. */
    public boolean isProbe() {
        return value.startsWith(PROBE);
    }

    /** The first characters, enough to find a session in a log and not enough to take it over. */
    public String shortened() {
        return value.length() <= 8 ? value : value.substring(0, 8) + "…";
    }
}
