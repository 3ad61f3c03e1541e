package dev.sluice.delivery.scenario;

import dev.sluice.core.TransportKind;
import dev.sluice.delivery.FakeTransport;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.Session;
import org.jspecify.annotations.Nullable;

/** One connection of a story, as the client and the model see it. */
final class Line {
    final String name;
    final FakeTransport transport;
    /** What the attach named, or −1. */
    final long after;

    /** Which life of the client it belongs to. */
    @Nullable
    Session session;

    @Nullable
    Attachment attachment;
    /** How often the connection was told that a newer one took over. */
    int fenced;

    Line(FakeTransport transport, long after) {
        this.name = transport.kind().wire();
        this.transport = transport;
        this.after = after;
    }

    boolean isPoll() {
        return transport.kind() == TransportKind.POLLING;
    }
}
