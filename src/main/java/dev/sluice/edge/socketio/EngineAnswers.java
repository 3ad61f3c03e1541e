package dev.sluice.edge.socketio;

import dev.sluice.protocol.engineio.EngineErrors;
import io.vertx.core.http.HttpServerResponse;

/** What Engine.IO's URLs answer besides packets, as clients of the reference know it. On the request's context. */
final class EngineAnswers {
    private EngineAnswers() {}

    static void refuse(HttpServerResponse response, EngineErrors why) {
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(why.status())
                    .putHeader("Content-Type", "application/json")
                    .end(why.body());
        }
    }

    /** An upgrade that cannot be: its client reads the status and nothing more. */
    static void refuseUpgrade(HttpServerResponse response, EngineErrors why) {
        response.setStatusCode(why.status())
                .putHeader("Content-Type", "text/html")
                .putHeader("Connection", "close")
                .end(why.message());
    }

    static void ok(HttpServerResponse response) {
        if (!response.ended() && !response.closed()) {
            // The reference says so for the sake of an old browser; clients look at the status alone.
            response.putHeader("Content-Type", "text/html")
                    .putHeader("Cache-Control", "no-store")
                    .end("ok");
        }
    }

    static void status(HttpServerResponse response, int status) {
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(status).end();
        }
    }
}
