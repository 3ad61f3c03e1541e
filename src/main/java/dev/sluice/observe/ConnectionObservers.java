package dev.sluice.observe;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.ClientReport;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.delivery.session.Fault;
import dev.sluice.delivery.session.ObservedClient;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells several observers the same, in turn. */
public final class ConnectionObservers implements ConnectionObserver {
    private final ConnectionObserver[] all;

    public ConnectionObservers(List<ConnectionObserver> all) {
        this.all = all.toArray(ConnectionObserver[]::new);
    }

    private void each(Consumer<ConnectionObserver> call) {
        for (ConnectionObserver one : all) {
            call.accept(one);
        }
    }

    @Override
    public void able(String protocol, ObservedClient client) {
        each(one -> one.able(protocol, client));
    }

    @Override
    public void offered(String protocol, ObservedClient client, Offer offer) {
        each(one -> one.offered(protocol, client, offer));
    }

    @Override
    public void tried(String protocol, TransportKind transport, ObservedClient client) {
        each(one -> one.tried(protocol, transport, client));
    }

    @Override
    public void identified(String protocol, TransportKind transport, ObservedClient before, ObservedClient client) {
        each(one -> one.identified(protocol, transport, before, client));
    }

    @Override
    public void working(String protocol, TransportKind transport, ObservedClient client) {
        each(one -> one.working(protocol, transport, client));
    }

    @Override
    public void failed(
            String protocol, TransportKind transport, @Nullable ObservedClient client, String reason, Fault fault) {
        each(one -> one.failed(protocol, transport, client, reason, fault));
    }

    @Override
    public void ended(String protocol, TransportKind transport, ObservedClient client, @Nullable Disconnect why) {
        each(one -> one.ended(protocol, transport, client, why));
    }

    @Override
    public void served(String protocol, ObservedClient client) {
        each(one -> one.served(protocol, client));
    }

    @Override
    public void reported(ObservedClient client, ClientReport report) {
        each(one -> one.reported(client, report));
    }

    @Override
    public void switched(String protocol, Mode from, Mode to, String reason) {
        each(one -> one.switched(protocol, from, to, reason));
    }

    @Override
    public void fellBack(String protocol, String reason) {
        each(one -> one.fellBack(protocol, reason));
    }

    @Override
    public void reconnected(String protocol, Duration after) {
        each(one -> one.reconnected(protocol, after));
    }

    @Override
    public void received(String protocol, TransportKind transport) {
        // Told for each frame, so without a closure.
        for (ConnectionObserver one : all) {
            one.received(protocol, transport);
        }
    }

    @Override
    public void sent(String protocol, TransportKind transport, int frames) {
        for (ConnectionObserver one : all) {
            one.sent(protocol, transport, frames);
        }
    }

    @Override
    public void heartbeat(TransportKind transport, boolean accepted) {
        each(one -> one.heartbeat(transport, accepted));
    }

    @Override
    public void error(String protocol, TransportKind transport, @Nullable ObservedClient client, ProblemCode problem) {
        each(one -> one.error(protocol, transport, client, problem));
    }
}
