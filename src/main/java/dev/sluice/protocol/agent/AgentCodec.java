package dev.sluice.protocol.agent;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.core.Payload;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.protocol.json.Json;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Bytes to frames. Heartbeats are nearly all that agents send, so their payload is skipped and not built; unknown
 * fields are ignored throughout.
 */
final class AgentCodec {
    private static final int MAX_REQUEST_ID = 256;
    private static final JsonNode EMPTY = JsonNodeFactory.instance.objectNode();
    private static final Set<String> PAYLOAD_UNREAD = Set.of("heartbeat", "status", "ping", "pong");

    private AgentCodec() {}

    /**
     * Reads one message.
     *
     * @throws SluiceException {@code malformed-json}, {@code missing-field} or {@code invalid-field}; the connection
     *     lives on
     */
    static AgentFrame decode(Payload message) {
        if (!message.text()) {
            throw new SluiceException(ProblemCode.INVALID_REQUEST, "Messages are JSON text frames.");
        }
        try (JsonParser parser = Json.FACTORY.createParser(message.bytes())) {
            return read(parser);
        } catch (IOException e) {
            throw new SluiceException(ProblemCode.MALFORMED_JSON, "The message is not valid JSON.");
        }
    }

    private static AgentFrame read(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new SluiceException(ProblemCode.MALFORMED_JSON, "The message must be a JSON object.");
        }
        String type = null;
        String requestId = null;
        JsonNode payload = EMPTY;
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            switch (field) {
                case "type" -> type = text(parser, value, field);
                case "request_id" -> requestId = text(parser, value, field);
                case "payload" -> payload = payload(parser, value, type);
                default -> parser.skipChildren();
            }
        }
        if (parser.nextToken() != null) {
            throw new SluiceException(ProblemCode.MALFORMED_JSON, "One message holds one JSON object.");
        }
        if (type == null || type.isEmpty()) {
            throw SluiceException.missing("type");
        }
        if (requestId != null && requestId.length() > MAX_REQUEST_ID) {
            throw SluiceException.invalid("request_id", "at most %d characters long".formatted(MAX_REQUEST_ID));
        }
        return new AgentFrame(type, requestId, payload);
    }

    private static @Nullable String text(JsonParser parser, JsonToken value, String field) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return null;
        }
        if (value != JsonToken.VALUE_STRING) {
            throw SluiceException.invalid(field, "a string");
        }
        return parser.getText();
    }

    private static JsonNode payload(JsonParser parser, JsonToken value, @Nullable String type) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return EMPTY;
        }
        if (value != JsonToken.START_OBJECT) {
            throw SluiceException.invalid("payload", "an object");
        }
        if (type != null && PAYLOAD_UNREAD.contains(type)) {
            parser.skipChildren();
            return EMPTY;
        }
        return Json.MAPPER.readTree(parser);
    }
}
