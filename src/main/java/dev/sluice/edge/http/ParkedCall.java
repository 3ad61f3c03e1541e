package dev.sluice.edge.http;

import dev.sluice.core.Mode;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.impl.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;

/** One that came the usual way. */
public final class ParkedCall implements Parked {
    private final HttpServerResponse response;
    private final ContextInternal context;
    private final CharSequence contentType;

    /** One that is answered in JSON. On the request's context. */
    public ParkedCall(Call call) {
        this(call.routing(), Headers.JSON);
    }

    /** On the request's context. */
    public ParkedCall(RoutingContext routing, CharSequence contentType) {
        this.response = routing.response();
        this.context = ((ContextInternal) routing.vertx().getOrCreateContext()).unwrap();
        this.contentType = contentType;
    }

    @Override
    public ContextInternal context() {
        return context;
    }

    @Override
    public void onGone(Runnable gone) {
        response.closeHandler(closed -> gone.run());
    }

    @Override
    public boolean answer(Mode mode, Body body, Consumer<Boolean> written) {
        if (response.ended() || response.closed()) {
            written.accept(false);
            return false;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
        response.putHeader(HttpHeaders.CACHE_CONTROL, Headers.NO_STORE);
        Headers.tellMode(response, mode);
        byte[] bytes = new byte[body.size()];
        body.putInto(Unpooled.wrappedBuffer(bytes).clear());
        response.end(Buffer.buffer(bytes)).onComplete(result -> written.accept(result.succeeded()));
        return true;
    }

    @Override
    public void refuse(int status, String type, String body) {
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, type)
                    .end(body);
        }
    }
}
