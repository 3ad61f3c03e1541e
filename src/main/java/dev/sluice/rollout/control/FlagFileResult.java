package dev.sluice.rollout.control;

import org.jspecify.annotations.Nullable;

/** What a look at the flag file gave. */
public sealed interface FlagFileResult {

    /** The file's path as it was configured, for people. */
    String file();

    /** The whole file is valid; it pins the keys that it names. */
    record Accepted(String file, FlagSet flags) implements FlagFileResult {}

    /**
     * Something in the file is wrong, so none of it counts.
     *
     * @param key null where the file as a whole is at fault
     * @param value what stood there, shortened, null where the file as a whole is at fault
     * @param allowed completes "must be …"; a whole sentence where {@code key} is null
     */
    record Rejected(String file, @Nullable String key, @Nullable String value, String allowed)
            implements FlagFileResult {

        /** One sentence for a person. */
        public String message() {
            return key == null
                    ? "%s: %s".formatted(file, allowed)
                    : "%s: %s=%s is not valid: must be %s".formatted(file, key, value, allowed);
        }
    }

    /** There is no such file. */
    record Missing(String file) implements FlagFileResult {}
}
