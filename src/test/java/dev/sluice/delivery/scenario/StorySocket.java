package dev.sluice.delivery.scenario;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.delivery.session.Transport.Completion;
import dev.sluice.protocol.engineio.EngineSocket;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A WebSocket in slow motion: a bounded write queue, the wire, and a close that comes behind both. */
final class StorySocket implements EngineSocket {
    private record Written(List<Payload> packets, Completion done) {}

    private final Script script;
    private final int bound;
    private final Consumer<List<Payload>> onSend;
    private final ArrayDeque<Written> queue = new ArrayDeque<>();
    private final ArrayDeque<Payload> wire = new ArrayDeque<>();
    private boolean halfOpen;
    private boolean gone;

    @Nullable
    Disconnect closed;

    /** @param onSend told before anything else happens to the packets */
    StorySocket(Script script, int bound, Consumer<List<Payload>> onSend) {
        this.script = script;
        this.bound = bound;
        this.onSend = onSend;
    }

    @Override
    public boolean writable() {
        return closed == null && !gone && queue.size() < bound;
    }

    @Override
    public void send(List<Payload> packets, Completion done) {
        script.check(closed == null, "a WebSocket was written to after it was closed");
        onSend.accept(packets);
        if (gone) {
            done.done(false);
        } else {
            queue.addLast(new Written(List.copyOf(packets), done));
        }
    }

    @Override
    public void close(Disconnect why) {
        closed = closed == null ? why : closed;
    }

    boolean accept() {
        Written next = queue.pollFirst();
        if (next == null) {
            return false;
        }
        if (!halfOpen) {
            wire.addAll(next.packets());
        }
        next.done().done(true);
        return true;
    }

    /** What the client reads next; null while there is nothing. */
    @Nullable
    Payload read() {
        return wire.pollFirst();
    }

    /** Whether the client has read the close. */
    boolean isOver() {
        return closed != null && queue.isEmpty() && wire.isEmpty();
    }

    /** From now on nothing arrives, and nobody tells the gateway. */
    void cutUnnoticed() {
        halfOpen = true;
        wire.clear();
    }

    void cut() {
        gone = true;
        cutUnnoticed();
        for (Written lost = queue.pollFirst(); lost != null; lost = queue.pollFirst()) {
            lost.done().done(false);
        }
    }
}
