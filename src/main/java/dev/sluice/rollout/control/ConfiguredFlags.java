package dev.sluice.rollout.control;

/**
 * The layers below the operator API, read once at start; beneath them lie the built-in defaults.
 *
 * @param properties what application.properties says
 * @param environment what the environment says, which wins
 */
public record ConfiguredFlags(FlagSet properties, FlagSet environment) {

    /** Nothing is configured. */
    public static final ConfiguredFlags NONE = new ConfiguredFlags(FlagSet.EMPTY, FlagSet.EMPTY);
}
