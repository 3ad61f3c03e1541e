package dev.sluice.edge.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.edge.http.Access;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.edge.http.Endpoints;
import dev.sluice.protocol.json.Fields;
import dev.sluice.protocol.socketio.PendingAcks;
import dev.sluice.protocol.socketio.SocketIoArgs;
import dev.sluice.protocol.socketio.SocketIoSocket;
import io.smallrye.mutiny.Uni;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /api/v1/sockets/{sid}/emit}: the application says something to one socket, and may wait for its answer.
 * Without an answer it is kept while the client is away for a moment; one that is awaited is said to a connected socket
 * once and never again.
 */
public final class EmitRoutes implements Endpoints {
    private static final int LONGEST_EVENT = 200;
    private static final int USUAL_TIMEOUT = 5_000;
    private static final int LONGEST_TIMEOUT = 50_000;

    private final SocketIoSeats seats;
    private final InstantSource clock;
    private final int maxMessage;

    public EmitRoutes(SocketIoSeats seats, InstantSource clock, int maxMessage) {
        this.seats = seats;
        this.clock = clock;
        this.maxMessage = maxMessage;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.post("/api/v1/sockets/{sid}/emit", Access.PUBLISHER, this::emit));
    }

    private Uni<Answer> emit(Call call) {
        JsonNode body = call.body();
        if (!body.isObject()) {
            throw SluiceException.invalidRequest("body", "The body is one JSON object.");
        }
        String event = Fields.requiredText(body, "event", LONGEST_EVENT);
        SocketIoArgs args = SocketIoArgs.of(args(body));
        String sid = call.path("sid");
        ChannelSession session = seats.session(sid);
        if (session == null) {
            throw new SluiceException(ProblemCode.NOT_FOUND, "There is no such socket.");
        }
        SocketIoSocket socket = seats.connected(sid);
        if (Fields.flag(body, "ack")) {
            return ask(socket, event, args, timeout(body));
        }
        if (!Fields.flag(body, "volatile")) {
            return SocketIoSocket.emit(session, event, args, clock.millis())
                    .replaceWith(Answer.ok(Map.of("connected", socket != null)));
        }
        if (socket != null) {
            socket.emitVolatile(event, args);
        }
        return answer(Map.of("connected", socket != null));
    }

    private static Uni<Answer> answer(Object body) {
        return Uni.createFrom().item(Answer.ok(body));
    }

    /** {@code args} are all of them, {@code data} is the only one. */
    private JsonNode args(JsonNode body) {
        JsonNode args = body.get("args");
        if (args != null && !args.isArray()) {
            throw SluiceException.invalid("args", "an array");
        }
        if (args == null) {
            ArrayNode one = JsonNodeFactory.instance.arrayNode(1);
            JsonNode data = body.get("data");
            args = data == null ? one : one.add(data);
        }
        if (args.toString().length() > maxMessage) {
            throw new SluiceException(ProblemCode.BODY_TOO_LARGE);
        }
        return args;
    }

    private static int timeout(JsonNode body) {
        JsonNode value = body.path("timeout_ms");
        if (value.isMissingNode() || value.isNull()) {
            return USUAL_TIMEOUT;
        }
        if (!value.isInt() || value.intValue() < 1 || value.intValue() > LONGEST_TIMEOUT) {
            throw SluiceException.invalid("timeout_ms", "a whole number from 1 to %d".formatted(LONGEST_TIMEOUT));
        }
        return value.intValue();
    }

    private Uni<Answer> ask(@Nullable SocketIoSocket socket, String event, SocketIoArgs args, int timeout) {
        if (socket == null) {
            throw new SluiceException(ProblemCode.SOCKET_AWAY);
        }
        return Uni.createFrom()
                .emitter(emitter -> socket.emitForAck(event, args, clock.millis() + timeout, new PendingAcks.Answer() {
                    @Override
                    public void given(JsonNode said) {
                        emitter.complete(Answer.ok(Map.of("connected", true, "ack", said)));
                    }

                    @Override
                    public void missing(PendingAcks.Why why) {
                        emitter.fail(new SluiceException(
                                switch (why) {
                                    case DISCONNECTED -> ProblemCode.SOCKET_AWAY;
                                    case TIMEOUT -> ProblemCode.ACK_TIMEOUT;
                                    case TOO_MANY -> ProblemCode.RATE_LIMITED;
                                }));
                    }
                }));
    }
}
