package dev.sluice.protocol.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.Payload;
import dev.sluice.core.SluiceException;
import java.util.Base64;

/** What an event carries, as everybody says it: {@code data} is any JSON, {@code data_base64} is binary. Pure; any thread. */
public final class EventData {
    private static final String JSON = "data";
    private static final String BINARY = "data_base64";

    private EventData() {}

    /**
     * Reads it; nothing given is JSON's {@code null}.
     *
     * @param at what stands before the fields' names in a complaint: where the event is in a batch
     * @throws SluiceException {@code invalid-field}
     */
    public static Payload of(JsonNode event, String at) {
        JsonNode json = event.get(JSON);
        JsonNode binary = event.get(BINARY);
        if (binary == null || binary.isNull()) {
            return Payload.text(json == null ? "null" : json.toString());
        }
        if (json != null) {
            throw SluiceException.invalid(at + BINARY, "left out where there is data");
        }
        if (!binary.isTextual()) {
            throw SluiceException.invalid(at + BINARY, "a string in base64");
        }
        try {
            return new Payload(Base64.getDecoder().decode(binary.textValue()), false);
        } catch (IllegalArgumentException notBase64) {
            throw SluiceException.invalid(at + BINARY, "a string in base64");
        }
    }
}
