package dev.sluice.edge.socketio;

import dev.sluice.core.Disconnect;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.edge.http.FrontDoor;
import dev.sluice.protocol.engineio.EngineCodec;
import dev.sluice.protocol.engineio.EngineErrors;
import dev.sluice.protocol.engineio.EnginePacket;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;

/** What a polling client sends: one POST at a time, its packets in order. On the request's context. */
final class EnginePosts {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final FrontDoor door;
    private final SocketIoParts parts;
    private final EngineWitness witness;

    EnginePosts(FrontDoor door, SocketIoParts parts, EngineWitness witness) {
        this.door = door;
        this.parts = parts;
        this.witness = witness;
    }

    void read(RoutingContext routing, EngineClient client) {
        HttpServerRequest request = routing.request();
        Context context = routing.vertx().getOrCreateContext();
        String type = request.getHeader("Content-Type");
        // Binary comes in base64: a raw body was an older revision's, and overlapping ones nobody can put in order.
        if ("application/octet-stream".equals(type) || !client.beginsPost()) {
            breaks(request.response(), client);
            return;
        }
        door.bodyOf(request, parts.options().engine().maxPayload())
                .onSuccess(body -> take(routing, client, body, context))
                .onFailure(failure -> {
                    client.endsPost();
                    fail(routing, client, failure);
                });
    }

    private void take(RoutingContext routing, EngineClient client, Buffer body, Context context) {
        List<EnginePacket> packets;
        try {
            packets = EngineCodec.decodePayload(body.getBytes());
            int messages = (int) packets.stream()
                    .filter(packet -> packet.type() == EnginePacket.Type.MESSAGE)
                    .count();
            if (messages > 0 && !client.budget().tryConsume(messages)) {
                throw SluiceException.retryLater(ProblemCode.RATE_LIMITED, RETRY_AFTER);
            }
        } catch (SluiceException wrong) {
            client.endsPost();
            if (wrong.code() == ProblemCode.RATE_LIMITED) {
                fail(routing, client, wrong);
            } else {
                breaks(routing.response(), client);
            }
            return;
        }
        client.home().execute(() -> {
            boolean taken = client.connection().post(packets);
            context.runOnContext(hop -> {
                client.endsPost();
                if (taken) {
                    EngineAnswers.ok(routing.response());
                } else {
                    EngineAnswers.refuse(routing.response(), EngineErrors.BAD_REQUEST);
                }
            });
        });
    }

    private void fail(RoutingContext routing, EngineClient client, Throwable failure) {
        if (failure instanceof SluiceException known) {
            witness.error(TransportKind.POLLING, client, known.code());
            if (known.code() == ProblemCode.BODY_TOO_LARGE) {
                EngineAnswers.status(routing.response(), ProblemCode.BODY_TOO_LARGE.status());
                return;
            }
        }
        door.fail(routing, failure);
    }

    /** The protocol is broken: that ends the connection. */
    private void breaks(HttpServerResponse response, EngineClient client) {
        witness.error(TransportKind.POLLING, client, ProblemCode.INVALID_REQUEST);
        EngineAnswers.refuse(response, EngineErrors.BAD_REQUEST);
        client.home().execute(() -> client.connection().close(Disconnect.PROTOCOL_ERROR));
    }
}
