package dev.sluice.delivery.channel;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import java.time.Duration;

/**
 * A session is asked to move: its protocol says so where it has a word for it, and closes the connection with
 * {@code code} at the end of {@code within}. The session stays for its grace.
 *
 * @param mode how the client will be served
 * @param reason a short fixed word
 */
public record Farewell(Mode mode, String reason, Duration within, Disconnect code) {}
