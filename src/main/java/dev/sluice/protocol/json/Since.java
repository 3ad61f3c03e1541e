package dev.sluice.protocol.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.channel.StreamPosition;
import org.jspecify.annotations.Nullable;

/**
 * Where a subscription is to begin: as its answer and every event say it, or in one word as the history's URL has it.
 * Pure; any thread.
 */
public final class Since {
    private static final int MAX_EPOCH = 64;

    private Since() {}

    /**
     * Reads it; null where it is not given.
     *
     * @throws SluiceException {@code invalid-field}
     */
    public static @Nullable StreamPosition of(@Nullable JsonNode since) {
        if (since == null || since.isMissingNode() || since.isNull()) {
            return null;
        }
        if (since.isObject()) {
            JsonNode offset = since.get("offset");
            if (offset == null || !offset.canConvertToLong() || !offset.isIntegralNumber() || offset.longValue() < 0) {
                throw SluiceException.invalid("since.offset", "a whole number from 0");
            }
            return new StreamPosition(Fields.requiredText(since, "epoch", MAX_EPOCH), offset.longValue());
        }
        String text = since.isTextual() ? since.textValue() : "";
        int colon = text.lastIndexOf(':');
        if (colon > 0 && colon <= MAX_EPOCH) {
            try {
                return new StreamPosition(text.substring(0, colon), Long.parseUnsignedLong(text.substring(colon + 1)));
            } catch (NumberFormatException e) {
                // Told below.
            }
        }
        throw SluiceException.invalid("since", "{\"epoch\",\"offset\"} or epoch:offset");
    }
}
