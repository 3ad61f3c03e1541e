package dev.sluice.edge.channel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.channel.NewPublication;
import dev.sluice.delivery.channel.NewPublication.Idempotency;
import dev.sluice.protocol.json.Fields;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;

/** Reads what is to be published: one event, or a batch of them. */
final class EventBody {
    private static final int MAX_BATCH = 1_000;
    private static final int MAX_NAME = 200;
    private static final int MAX_KEY = 255;

    private final String owner;
    private final int maxData;

    /** @param token whose idempotency keys they are */
    EventBody(UUID token, int maxData) {
        this.owner = token.toString();
        this.maxData = maxData;
    }

    /** @throws SluiceException naming the field that is wrong, in a batch with its place; then nothing is published */
    List<NewPublication> read(JsonNode body) {
        if (!body.isArray()) {
            return List.of(event(body, ""));
        }
        if (body.isEmpty() || body.size() > MAX_BATCH) {
            throw SluiceException.invalidRequest("body", "A batch holds 1 to %d events.".formatted(MAX_BATCH));
        }
        List<NewPublication> events = new ArrayList<>(body.size());
        for (int i = 0; i < body.size(); i++) {
            if (!body.get(i).isObject()) {
                throw SluiceException.invalidRequest("[%d]".formatted(i), "An event is a JSON object.");
            }
            events.add(event(body.get(i), "[%d].".formatted(i)));
        }
        return events;
    }

    private NewPublication event(JsonNode event, String at) {
        ChannelName channel = channel(event, at);
        String name = text(event, at, "event", MAX_NAME);
        if (name == null) {
            throw SluiceException.missing(at + "event");
        }
        Payload data = Fields.eventData(event, at);
        if (data.size() > maxData) {
            throw new SluiceException(
                    ProblemCode.BODY_TOO_LARGE, "%sdata must be at most %d bytes long".formatted(at, maxData));
        }
        String key = text(event, at, "idempotency_key", MAX_KEY);
        return new NewPublication(
                channel, name, data, null, null, key == null ? null : idempotency(key, channel, name, data));
    }

    private static ChannelName channel(JsonNode event, String at) {
        JsonNode value = event.get("channel");
        if (value == null || value.isNull()) {
            throw SluiceException.missing(at + "channel");
        }
        if (!value.isTextual()) {
            throw SluiceException.invalid(at + "channel", "a string");
        }
        return new ChannelName(value.textValue());
    }

    private Idempotency idempotency(String key, ChannelName channel, String event, Payload data) {
        MessageDigest digest = DigestUtils.getSha256Digest();
        DigestUtils.updateDigest(digest, "%s\n%s\n".formatted(channel, event));
        digest.update(data.bytes());
        return new Idempotency(owner, key, Hex.encodeHexString(digest.digest()));
    }

    private static @Nullable String text(JsonNode event, String at, String field, int longest) {
        JsonNode value = event.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        String text = value.isTextual() ? value.textValue() : "";
        if (text.isBlank() || text.length() > longest || text.chars().anyMatch(Character::isISOControl)) {
            throw SluiceException.invalid(
                    at + field, "a string of 1 to %d characters without control characters".formatted(longest));
        }
        return text;
    }
}
