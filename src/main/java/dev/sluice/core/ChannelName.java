package dev.sluice.core;

/**
 * Names a channel: 1 to 200 characters, none of them a control character. Everything else is a matter of the protocol
 * that says it and of who may use it.
 */
public record ChannelName(String value) {
    private static final int LONGEST = 200;

    /** @throws SluiceException {@code invalid-field} naming {@code channel} */
    public ChannelName {
        if (value.isEmpty() || value.length() > LONGEST || value.chars().anyMatch(Character::isISOControl)) {
            throw SluiceException.invalid("channel", "1 to 200 characters without control characters");
        }
    }

    /** Whether who subscribes to it is to be seen there. */
    public boolean isPresence() {
        return value.startsWith("presence-");
    }

    @Override
    public String toString() {
        return value;
    }
}
