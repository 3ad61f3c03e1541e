package dev.sluice.protocol.socketio;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sluice.core.Payload;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.socketio.SocketIoPacket.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages of one connection to packets: {@code <type>[<attachments>-][/namespace,][id][json]}, then as many binary
 * messages as were announced. Everything that the reference closes a connection for is refused here.
 *
 * @see <a href="https://github.com/socketio/socket.io-protocol#packet-encoding">Packet encoding</a>
 */
final class SocketIoDecoder {
    private static final Type[] TYPES = Type.values();
    private static final ObjectReader READER =
            Json.MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final long maxBytes;
    /** Announced attachments have not all come. */
    private @Nullable SocketIoPacket unfinished;

    private int due;
    private long bytes;

    /** @param maxBytes what the attachments of one packet may weigh together */
    SocketIoDecoder(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * @return null while attachments are awaited
     * @throws SluiceException {@code invalid-request}: the connection is to be closed
     */
    @Nullable
    SocketIoPacket read(Payload message) {
        if (message.text()) {
            if (unfinished != null) {
                throw invalid();
            }
            return text(message.asString());
        }
        return attachment(message);
    }

    private @Nullable SocketIoPacket attachment(Payload message) {
        SocketIoPacket waiting = unfinished;
        bytes += message.size();
        if (waiting == null || bytes > maxBytes) {
            throw invalid();
        }
        waiting.attachments().add(message);
        if (waiting.attachments().size() < due) {
            return null;
        }
        unfinished = null;
        SocketIoArgs.checkPlaceholders(waiting.data(), due);
        return new SocketIoPacket(
                waiting.type().whole(), waiting.namespace(), waiting.id(), waiting.data(), waiting.attachments());
    }

    private @Nullable SocketIoPacket text(String text) {
        int number = text.isEmpty() ? -1 : text.charAt(0) - '0';
        if (number < 0 || number >= TYPES.length) {
            throw invalid();
        }
        Type type = TYPES[number];
        int at = 1;
        int attachments = 0;
        if (type.binary()) {
            int dash = text.indexOf('-', at);
            attachments = dash < 0 ? -1 : (int) number(text, at, dash);
            if (attachments < 0 || attachments > SocketIoArgs.MAX_ATTACHMENTS) {
                throw invalid();
            }
            at = dash + 1;
        }
        String namespace = "/";
        if (at < text.length() && text.charAt(at) == '/') {
            int comma = text.indexOf(',', at);
            // The comma is left out by clients that have nothing to say behind it.
            int end = comma < 0 ? text.length() : comma;
            namespace = nameOf(text.substring(at, end));
            at = Math.min(end + 1, text.length());
        }
        int digits = at;
        while (digits < text.length() && Character.digit(text.charAt(digits), 10) >= 0) {
            digits++;
        }
        long id = digits == at ? SocketIoPacket.NO_ID : number(text, at, digits);
        JsonNode data = json(text.substring(digits));
        check(type, data);
        if (attachments == 0) {
            return new SocketIoPacket(type.whole(), namespace, id, data, List.of());
        }
        unfinished = new SocketIoPacket(type, namespace, id, data, new ArrayList<>(attachments));
        due = attachments;
        bytes = 0;
        return null;
    }

    /** A namespace may carry a query, which is nothing to us. */
    private static String nameOf(String namespace) {
        int query = namespace.indexOf('?');
        return query < 0 ? namespace : namespace.substring(0, query);
    }

    private static long number(String text, int begin, int end) {
        // Ids count up from 0: what does not fit in here is none.
        if (begin == end || end - begin > 15) {
            throw invalid();
        }
        try {
            return Long.parseLong(text, begin, end, 10);
        } catch (NumberFormatException e) {
            throw invalid();
        }
    }

    private static JsonNode json(String text) {
        if (text.isEmpty()) {
            return MissingNode.getInstance();
        }
        try {
            return READER.readTree(text);
        } catch (JsonProcessingException e) {
            throw invalid();
        }
    }

    private static void check(Type type, JsonNode data) {
        boolean good =
                switch (type) {
                    case CONNECT -> data.isMissingNode() || data.isObject();
                    case DISCONNECT -> data.isMissingNode();
                    case EVENT, BINARY_EVENT -> data.isArray() && isEventName(data.path(0));
                    case ACK, BINARY_ACK -> data.isArray();
                    // Only a server says so.
                    case CONNECT_ERROR -> false;
                };
        if (!good) {
            throw invalid();
        }
    }

    private static boolean isEventName(JsonNode name) {
        return name.isNumber() || name.isTextual() && !SocketIoNames.RESERVED.contains(name.textValue());
    }

    static SluiceException invalid() {
        return new SluiceException(ProblemCode.INVALID_REQUEST, "This is no packet of Socket.IO.");
    }
}
