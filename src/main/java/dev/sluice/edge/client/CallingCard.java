package dev.sluice.edge.client;

import dev.sluice.core.Disconnect;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.Batch;
import dev.sluice.delivery.session.Lane;
import dev.sluice.delivery.session.Transport;

/**
 * Stands for a client that takes its session up by a request and will come for what is in it by the next one: it takes
 * nothing itself.
 */
final class CallingCard implements Transport {

    @Override
    public TransportKind kind() {
        return TransportKind.POLLING;
    }

    @Override
    public boolean writable() {
        return false;
    }

    @Override
    public void onWritable(Lane lane, Runnable listener) {
        // It never becomes so.
    }

    @Override
    public void send(Batch batch, Completion done) {
        done.done(false);
    }

    @Override
    public void pause() {
        // Nothing is read from it.
    }

    @Override
    public void resume() {
        // Nothing was paused.
    }

    @Override
    public void close(Disconnect why) {
        // Its request is answered by whoever left it.
    }
}
