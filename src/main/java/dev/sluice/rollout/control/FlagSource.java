package dev.sluice.rollout.control;

/** The layers a flag can come from; a later one wins over an earlier one. */
public enum FlagSource {
    DEFAULT("default"),
    APPLICATION_PROPERTIES("application.properties"),
    ENVIRONMENT("environment"),
    API("api"),
    FLAG_FILE("flag-file");

    private final String wire;

    FlagSource(String wire) {
        this.wire = wire;
    }

    /** The word in {@code source} fields. */
    public String wire() {
        return wire;
    }
}
