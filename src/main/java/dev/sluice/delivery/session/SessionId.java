package dev.sluice.delivery.session;

/** Names a session within a node. A secret of its client where a protocol hands it out: log only a shortened form. */
public record SessionId(String value) {

    /** The first characters, enough to find a session in a log and not enough to take it over. */
    public String shortened() {
        return value.length() <= 8 ? value : value.substring(0, 8) + "…";
    }
}
