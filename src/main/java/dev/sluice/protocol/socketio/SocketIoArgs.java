package dev.sluice.protocol.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.core.EventData;
import dev.sluice.core.Payload;
import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Arguments with binary in them. On the wire a placeholder stands for each attachment; everywhere else binary is an
 * object whose one field, {@code data_base64}, says it. Pure; any thread.
 *
 * @param values without attachments: placeholders where there are any
 */
public record SocketIoArgs(JsonNode values, List<Payload> attachments) {
    private static final String PLACEHOLDER = "_placeholder";
    private static final String NUMBER = "num";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /**
     * In one packet, as the libraries have it: one that is sent more takes the packet for broken and leaves, only to come
     * back for the same.
     */
    static final int MAX_ATTACHMENTS = 10;

    /**
     * What is to be sent: objects that say binary become attachments.
     *
     * @throws SluiceException {@code invalid-field} naming {@code args} where there are more than clients take, or what
     *     a client would take for one that is not there
     */
    public static SocketIoArgs of(JsonNode said) {
        List<Payload> attachments = new ArrayList<>(0);
        JsonNode values = take(said, attachments);
        if (attachments.size() > MAX_ATTACHMENTS) {
            throw SluiceException.invalid("args", "an array with at most %d binary values".formatted(MAX_ATTACHMENTS));
        }
        if (!attachments.isEmpty() && hasPlaceholder(said)) {
            throw SluiceException.invalid("args", "without %s beside binary values".formatted(PLACEHOLDER));
        }
        return new SocketIoArgs(values, attachments);
    }

    private static JsonNode take(JsonNode node, List<Payload> into) {
        if (node.isObject() && node.size() == 1 && node.path(EventData.BINARY).isTextual()) {
            try {
                into.add(new Payload(node.path(EventData.BINARY).binaryValue(), false));
                return placeholder(into.size() - 1);
            } catch (IOException notBase64) {
                return node;
            }
        }
        return map(node, child -> take(child, into));
    }

    static JsonNode placeholder(int number) {
        return JSON.objectNode().put(PLACEHOLDER, true).put(NUMBER, number);
    }

    /** What was received, with binary said in the JSON itself. */
    static JsonNode inline(JsonNode received, List<Payload> attachments) {
        return attachments.isEmpty() ? received : put(received, attachments);
    }

    private static JsonNode put(JsonNode node, List<Payload> attachments) {
        if (isPlaceholder(node)) {
            byte[] bytes = attachments.get(node.path(NUMBER).intValue()).bytes();
            return JSON.objectNode().put(EventData.BINARY, bytes);
        }
        return map(node, child -> put(child, attachments));
    }

    private interface Change {
        JsonNode of(JsonNode child);
    }

    private static JsonNode map(JsonNode node, Change change) {
        if (node.isArray()) {
            ArrayNode changed = JSON.arrayNode(node.size());
            node.forEach(child -> changed.add(change.of(child)));
            return changed;
        }
        if (node.isObject()) {
            ObjectNode changed = JSON.objectNode();
            for (Iterator<Map.Entry<String, JsonNode>> fields = node.fields(); fields.hasNext(); ) {
                Map.Entry<String, JsonNode> field = fields.next();
                changed.set(field.getKey(), change.of(field.getValue()));
            }
            return changed;
        }
        return node;
    }

    private static boolean hasPlaceholder(JsonNode node) {
        if (isPlaceholder(node)) {
            return true;
        }
        for (JsonNode child : node) {
            if (hasPlaceholder(child)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPlaceholder(JsonNode node) {
        return node.isObject() && node.path(PLACEHOLDER).asBoolean();
    }

    /**
     * Each attachment is meant once: one that stood for many would be copied for each of them.
     *
     * @throws SluiceException {@code invalid-request} where a placeholder stands for what is not there
     */
    static void checkPlaceholders(JsonNode node, int attachments) {
        check(node, new boolean[attachments]);
    }

    private static void check(JsonNode node, boolean[] used) {
        if (!isPlaceholder(node)) {
            node.forEach(child -> check(child, used));
            return;
        }
        JsonNode number = node.path(NUMBER);
        int index = number.isInt() ? number.intValue() : -1;
        if (index < 0 || index >= used.length || used[index]) {
            throw SocketIoDecoder.invalid();
        }
        used[index] = true;
    }
}
