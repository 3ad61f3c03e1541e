package dev.sluice.edge.client;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.ChannelPattern;
import dev.sluice.delivery.channel.Attributes;
import dev.sluice.identity.client.ClientIdentity;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonFrames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a client with its session, where that is stored: enough to know it again after a restart. No secret is
 * in it.
 */
public record ClientAttributes(String key, @Nullable String named, boolean own, ClientIdentity identity)
        implements Attributes {

    @Override
    public String text() {
        return JsonFrames.bytes(this::writeFields).asString();
    }

    /** Into an object that is already open. */
    public void writeFields(JsonGenerator out) throws IOException {
        out.writeStringField("key", key);
        if (named != null) {
            out.writeStringField("named", named);
        }
        out.writeBooleanField("own", own);
        if (identity.subject() == null) {
            return;
        }
        out.writeStringField("subject", identity.subject());
        out.writeArrayFieldStart("channels");
        for (ChannelPattern pattern : identity.channels()) {
            out.writeString(pattern.value());
        }
        out.writeEndArray();
        if (identity.expiresAt() != null) {
            out.writeNumberField("until", identity.expiresAt().toEpochMilli());
        }
    }

    static ClientAttributes read(String text) {
        try {
            return read(Json.MAPPER.readTree(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // written above
        }
    }

    /** The same out of an object that holds more. */
    public static ClientAttributes read(JsonNode stored) {
        JsonNode named = stored.get("named");
        return new ClientAttributes(
                stored.path("key").asText(),
                named == null ? null : named.asText(),
                stored.path("own").asBoolean(),
                identity(stored));
    }

    private static ClientIdentity identity(JsonNode stored) {
        JsonNode subject = stored.get("subject");
        if (subject == null) {
            return ClientIdentity.ANONYMOUS;
        }
        List<ChannelPattern> channels = new ArrayList<>();
        stored.path("channels").forEach(pattern -> channels.add(new ChannelPattern(pattern.asText())));
        JsonNode until = stored.get("until");
        return ClientIdentity.user(
                subject.asText(), channels, until == null ? null : Instant.ofEpochMilli(until.asLong()));
    }
}
