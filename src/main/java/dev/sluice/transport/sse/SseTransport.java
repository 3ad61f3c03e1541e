package dev.sluice.transport.sse;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.Batch;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.Lane;
import dev.sluice.delivery.session.Transport;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/**
 * One event stream. It buffers nothing of its own: while the response's write queue is over its bound the transport is
 * not writable, so what waits stays in the mailbox where it is counted. The frames of a batch are
 * {@linkplain SseEvents events} already.
 *
 * <p>The session lives on its home context and the response on another one; Vert.x hands writes over in order, so both
 * may write from where they are.
 */
public final class SseTransport implements Transport {
    private final HttpServerResponse response;
    private final Home home;
    private final @Nullable Runnable[] listeners = new Runnable[Lane.values().length];
    private volatile boolean ended;
    private volatile boolean gone;
    private volatile Runnable onOver = () -> {};

    /** @param home the session's, where its listeners are woken */
    public SseTransport(HttpServerResponse response, Home home) {
        this.response = response;
        this.home = home;
    }

    /**
     * Prepares the head, which goes out with the first write. Once.
     *
     * @param onOver told when the stream is over, by either side; maybe by both. Any thread
     */
    public void open(Runnable onOver) {
        this.onOver = onOver;
        response.setChunked(true);
        response.putHeader("Content-Type", "text/event-stream");
        // Streams must reach their reader as they are written: neither stored nor gathered nor compressed on the way.
        response.putHeader("Cache-Control", "no-cache, no-transform");
        response.putHeader("X-Accel-Buffering", "no");
        response.exceptionHandler(failure -> {});
        response.drainHandler(drained -> home.execute(this::wake));
        response.closeHandler(closed -> {
            gone = true;
            onOver.run();
        });
    }

    private void wake() {
        for (Runnable listener : listeners) {
            if (listener != null && writable()) {
                listener.run();
            }
        }
    }

    @Override
    public TransportKind kind() {
        return TransportKind.SSE;
    }

    @Override
    public boolean writable() {
        return !over() && !response.writeQueueFull();
    }

    private boolean over() {
        return ended || gone;
    }

    @Override
    public void onWritable(Lane lane, Runnable listener) {
        listeners[lane.ordinal()] = listener;
    }

    @Override
    public void send(Batch batch, Completion done) {
        int size = 0;
        for (Payload event : batch.frames()) {
            size += event.size();
        }
        Buffer whole = Buffer.buffer(size);
        for (Payload event : batch.frames()) {
            whole.appendBytes(event.bytes());
        }
        write(whole).onComplete(result -> done.done(result.succeeded()));
    }

    /** Writes something that is not of the mailbox, ahead of what waits there. Any thread. */
    public void control(Payload event) {
        write(Buffer.buffer(event.bytes()));
    }

    private Future<Void> write(Buffer bytes) {
        if (over()) {
            return Future.failedFuture("closed");
        }
        try {
            return response.write(bytes);
        } catch (IllegalStateException endedMeanwhile) {
            return Future.failedFuture(endedMeanwhile);
        }
    }

    @Override
    public void pause() {
        // Nothing is read from the client of a stream.
    }

    @Override
    public void resume() {
        // Nothing was paused.
    }

    @Override
    public void close(Disconnect why) {
        end();
    }

    /** Ends the stream; its reader comes back with what it has. Any thread; idempotent. */
    public void end() {
        if (over()) {
            return;
        }
        ended = true;
        try {
            response.end();
        } catch (IllegalStateException endedMeanwhile) {
            // Then it is as it should be.
        }
        onOver.run();
    }
}
