package dev.sluice.core;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What an event carries, as everybody says it in JSON: clients, publishers, and the application behind the gateway. It
 * knows no JSON library, so that all their rooms go by it. Pure; any thread.
 */
public final class EventData {
    /** The field that is any JSON. */
    public static final String JSON = "data";
    /** The field that is binary, as a string in base64; it stands in place of the other. */
    public static final String BINARY = "data_base64";

    private EventData() {}

    /**
     * Reads it; nothing given is JSON's {@code null}.
     *
     * @param json the value's own text; null where the field is not there
     * @param base64 null where the field is not there
     * @param at what stands before the fields' names in a complaint: where the event is in a batch
     * @throws SluiceException {@code invalid-field}
     */
    public static Payload of(@Nullable String json, @Nullable String base64, String at) {
        if (base64 == null) {
            return Payload.text(json == null ? "null" : json);
        }
        if (json != null) {
            throw SluiceException.invalid(at + BINARY, "left out where there is data");
        }
        try {
            return new Payload(Base64.getDecoder().decode(base64), false);
        } catch (IllegalArgumentException notBase64) {
            throw notBase64(at);
        }
    }

    /** For a field that is no string. */
    public static SluiceException notBase64(String at) {
        return SluiceException.invalid(at + BINARY, "a string in base64");
    }
}
