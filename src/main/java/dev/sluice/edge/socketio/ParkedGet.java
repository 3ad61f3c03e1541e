package dev.sluice.edge.socketio;

import dev.sluice.core.Payload;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.Transport.Completion;
import dev.sluice.edge.http.Headers;
import dev.sluice.protocol.engineio.EngineCodec;
import dev.sluice.protocol.engineio.EngineErrors;
import dev.sluice.protocol.engineio.EnginePoll;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.impl.ContextInternal;
import java.util.List;

/** One GET of an Engine.IO client, answered on its own context. */
final class ParkedGet implements EnginePoll {
    /** Known to be good, and encoded once. */
    private static final CharSequence TEXT = HttpHeaders.createOptimized("text/plain; charset=UTF-8");

    private final HttpServerResponse response;
    private final Context context;
    private final EngineWitness witness;

    /** On the request's context. */
    ParkedGet(HttpServerResponse response, Vertx vertx, EngineWitness witness) {
        this.response = response;
        this.witness = witness;
        this.context = vertx.getOrCreateContext();
    }

    @Override
    public void answer(List<Payload> packets, Completion done) {
        on(() -> {
            if (response.ended() || response.closed()) {
                done.done(false);
                return;
            }
            witness.sent(TransportKind.POLLING, packets.size());
            response.putHeader(HttpHeaders.CONTENT_TYPE, TEXT)
                    .putHeader(HttpHeaders.CACHE_CONTROL, Headers.NO_STORE)
                    .end(Buffer.buffer(EngineCodec.payload(packets).bytes()))
                    .onComplete(written -> done.done(written.succeeded()));
        });
    }

    @Override
    public void refuse(EngineErrors why) {
        on(() -> EngineAnswers.refuse(response, why));
    }

    private void on(Runnable task) {
        if (context instanceof ContextInternal own && own.inThread()) {
            task.run();
        } else {
            context.runOnContext(hop -> task.run());
        }
    }
}
