package dev.sluice.protocol.engineio;

import dev.sluice.core.Payload;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.protocol.engineio.EnginePacket.Type;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Bytes to packets and back. A packet that goes out is a {@link Payload} in its WebSocket form, its type digit
 * included; polling joins several of them and says binary in base64. Pure; any thread.
 *
 * @see <a href="https://github.com/socketio/engine.io-protocol#packet-encoding">Packet encoding, payload encoding</a>
 */
public final class EngineCodec {
    private static final byte SEPARATOR = 0x1e;
    private static final byte BASE64 = 'b';
    private static final Type[] TYPES = Type.values();
    private static final byte[] NOTHING = {};

    private EngineCodec() {}

    /**
     * One WebSocket message.
     *
     * @throws SluiceException {@code invalid-request}
     */
    public static EnginePacket decode(Payload message) {
        return message.text() ? text(message.bytes(), 0, message.size()) : new EnginePacket(Type.MESSAGE, message);
    }

    /**
     * The body of a POST.
     *
     * @throws SluiceException {@code invalid-request} where any packet in it is none
     */
    public static List<EnginePacket> decodePayload(byte[] body) {
        List<EnginePacket> packets = new ArrayList<>(1);
        int begin = 0;
        while (begin <= body.length) {
            int end = begin;
            while (end < body.length && body[end] != SEPARATOR) {
                end++;
            }
            packets.add(packet(body, begin, end));
            begin = end + 1;
        }
        return packets;
    }

    private static EnginePacket packet(byte[] body, int begin, int end) {
        if (begin == end || body[begin] != BASE64) {
            return text(body, begin, end);
        }
        try {
            byte[] data = Base64.getDecoder().decode(Arrays.copyOfRange(body, begin + 1, end));
            return new EnginePacket(Type.MESSAGE, new Payload(data, false));
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
    }

    private static EnginePacket text(byte[] bytes, int begin, int end) {
        int type = begin < end ? bytes[begin] - '0' : -1;
        if (type < 0 || type >= TYPES.length) {
            throw malformed();
        }
        byte[] data = begin + 1 == end ? NOTHING : Arrays.copyOfRange(bytes, begin + 1, end);
        return new EnginePacket(TYPES[type], Payload.text(data));
    }

    private static SluiceException malformed() {
        return new SluiceException(ProblemCode.INVALID_REQUEST);
    }

    /** Packets as the answer of a GET. */
    public static Payload payload(List<Payload> packets) {
        if (packets.size() == 1 && packets.get(0).text()) {
            return packets.get(0);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        for (int i = 0; i < packets.size(); i++) {
            if (i > 0) {
                out.write(SEPARATOR);
            }
            Payload packet = packets.get(i);
            if (packet.text()) {
                out.writeBytes(packet.bytes());
            } else {
                out.write(BASE64);
                out.writeBytes(Base64.getEncoder().encode(packet.bytes()));
            }
        }
        return Payload.text(out.toByteArray());
    }
}
