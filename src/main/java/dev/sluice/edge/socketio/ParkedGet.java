package dev.sluice.edge.socketio;

import dev.sluice.core.Mode;
import dev.sluice.core.Payload;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.Transport.Completion;
import dev.sluice.edge.http.Body;
import dev.sluice.edge.http.Parked;
import dev.sluice.protocol.engineio.EngineCodec;
import dev.sluice.protocol.engineio.EngineErrors;
import dev.sluice.protocol.engineio.EnginePoll;
import io.vertx.core.http.HttpHeaders;
import java.util.List;

/** One GET of an Engine.IO client, answered on its own context. */
final class ParkedGet implements EnginePoll {
    /** Known to be good, and encoded once. */
    static final CharSequence TEXT = HttpHeaders.createOptimized("text/plain; charset=UTF-8");

    private final Parked request;
    private final Mode told;
    private final EngineWitness witness;

    /** @param told how the client is served when it comes */
    ParkedGet(Parked request, Mode told, EngineWitness witness) {
        this.request = request;
        this.told = told;
        this.witness = witness;
    }

    @Override
    public void answer(List<Payload> packets, Completion done) {
        on(() -> {
            if (request.answer(told, Body.of(EngineCodec.payload(packets).bytes()), done::done)) {
                witness.sent(TransportKind.POLLING, packets.size());
            }
        });
    }

    @Override
    public void refuse(EngineErrors why) {
        on(() -> request.refuse(why.status(), "application/json", why.body()));
    }

    private void on(Runnable task) {
        if (request.context().inThread()) {
            task.run();
        } else {
            request.context().runOnContext(hop -> task.run());
        }
    }
}
