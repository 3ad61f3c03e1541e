package dev.sluice.observe;

import dev.sluice.core.Disconnect;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.session.SessionObserver;

/** Tells two observers the same, in turn. */
public record SessionObservers(SessionObserver first, SessionObserver second) implements SessionObserver {

    @Override
    public void attached(TransportKind kind) {
        first.attached(kind);
        second.attached(kind);
    }

    @Override
    public void fenced(TransportKind kind) {
        first.fenced(kind);
        second.fenced(kind);
    }

    @Override
    public void delivered(TransportKind kind, int messages) {
        first.delivered(kind, messages);
        second.delivered(kind, messages);
    }

    @Override
    public void reached(TransportKind kind, long latencyMillis, int messages) {
        first.reached(kind, latencyMillis, messages);
        second.reached(kind, latencyMillis, messages);
    }

    @Override
    public void sampled(SessionId session, TransportKind kind, long latencyMillis) {
        first.sampled(session, kind, latencyMillis);
        second.sampled(session, kind, latencyMillis);
    }

    @Override
    public void slowConsumer() {
        first.slowConsumer();
        second.slowConsumer();
    }

    @Override
    public void disconnected(TransportKind kind, Disconnect why) {
        first.disconnected(kind, why);
        second.disconnected(kind, why);
    }

    @Override
    public void cutDown() {
        first.cutDown();
        second.cutDown();
    }

    @Override
    public void closed(Disconnect why) {
        first.closed(why);
        second.closed(why);
    }
}
