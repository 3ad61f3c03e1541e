package dev.sluice.delivery.session;

import dev.sluice.core.Disconnect;
import dev.sluice.core.TransportKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection that carries several sessions: each gets a branch that it attaches as if it were a transport of its
 * own. When the connection becomes writable the branches are woken in turn, each time beginning with another one, so
 * that none starves behind a busy neighbour. On the connection's home context, which all of its sessions share.
 */
public final class SharedTransport {
    private final Transport transport;
    private final List<Branch> branches = new ArrayList<>(1);
    /** Which branch is woken first, by lane. */
    private final int[] first = new int[Lane.values().length];

    public SharedTransport(Transport transport) {
        this.transport = transport;
        for (Lane lane : Lane.values()) {
            transport.onWritable(lane, () -> wake(lane));
        }
    }

    /** @param onClose the session has no more use of the connection, which lives on for the others */
    public Transport branch(Consumer<Disconnect> onClose) {
        Branch branch = new Branch(onClose);
        branches.add(branch);
        return branch;
    }

    private void wake(Lane lane) {
        int count = branches.size();
        int begin = count == 0 ? 0 : first[lane.ordinal()]++ % count;
        List<Branch> turn = List.copyOf(branches);
        for (int i = 0; i < count && transport.writable(); i++) {
            Runnable listener = turn.get((begin + i) % count).listeners[lane.ordinal()];
            if (listener != null) {
                listener.run();
            }
        }
    }

    private final class Branch implements Transport {
        private final Consumer<Disconnect> onClose;
        private final @Nullable Runnable[] listeners = new Runnable[Lane.values().length];
        private boolean closed;

        Branch(Consumer<Disconnect> onClose) {
            this.onClose = onClose;
        }

        @Override
        public TransportKind kind() {
            return transport.kind();
        }

        @Override
        public boolean writable() {
            return !closed && transport.writable();
        }

        @Override
        public void onWritable(Lane lane, Runnable listener) {
            listeners[lane.ordinal()] = listener;
        }

        @Override
        public void send(Batch batch, Completion done) {
            transport.send(batch, done);
        }

        @Override
        public long roundTripMillis() {
            return transport.roundTripMillis();
        }

        @Override
        public void pause() {
            transport.pause();
        }

        @Override
        public void resume() {
            transport.resume();
        }

        @Override
        public void close(Disconnect why) {
            if (!closed) {
                closed = true;
                branches.remove(this);
                onClose.accept(why);
            }
        }
    }
}
