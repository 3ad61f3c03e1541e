package dev.sluice.delivery.channel;

import dev.sluice.core.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Whose session it is.
 *
 * @param owner a key that whoever attaches has to show again: the same for one token or user, and for no other
 * @param clientId the name that operators and other members see
 * @param protocol a short fixed word, for metrics and operators
 * @param info what others see of it where it is present; null for nothing
 * @param attributes the protocol's own, kept with the session where that is stored
 */
public record Client(String owner, String clientId, String protocol, @Nullable Payload info, Attributes attributes) {}
