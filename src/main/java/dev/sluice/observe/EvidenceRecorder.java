package dev.sluice.observe;

import dev.sluice.core.Disconnect;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.ClientReport;
import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.delivery.session.Fault;
import dev.sluice.delivery.session.ObservedClient;
import dev.sluice.delivery.session.ObservedClient.Part;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.session.SessionObserver;
import dev.sluice.rollout.evidence.ClientMarks;
import dev.sluice.rollout.evidence.Cohort;
import dev.sluice.rollout.evidence.Event;
import dev.sluice.rollout.evidence.Evidence;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Says to the evidence what connections and sessions say to their observers: which events they are, and whose. Any
 * thread; never waits.
 */
public final class EvidenceRecorder implements ConnectionObserver, SessionObserver {
    private static final String ADDRESS = "address";
    private static final String SESSION = "session";

    private final Evidence evidence;
    private final ClientMarks marks;
    private final ToLongFunction<ObservedClient> ofClient;
    private final ToLongFunction<ObservedClient> ofAddress;
    private final List<String> protocols;

    /** @param protocols in the order of their numbers, as {@link EvidenceMetrics} knows them */
    public EvidenceRecorder(Evidence evidence, ClientMarks marks, List<String> protocols) {
        this.evidence = evidence;
        this.marks = marks;
        this.ofClient = client -> marks.of(client.vouchedBy() == null ? "" : client.vouchedBy(), client.key());
        this.ofAddress = client -> marks.of(ADDRESS, client.address());
        this.protocols = protocols;
    }

    @Override
    public void able(String protocol, ObservedClient client) {
        record(Event.ABLE, Part.WEBSOCKET, protocol, client);
    }

    @Override
    public void offered(String protocol, ObservedClient client, Offer offer) {
        Event what =
                switch (offer) {
                    case WHILE_POLLING -> Event.OFFERED_WHILE_POLLING;
                    case ONCE -> Event.OFFERED_ONCE;
                    case UPGRADE -> Event.OFFERED_UPGRADE;
                };
        record(what, Part.WEBSOCKET, protocol, client);
    }

    @Override
    public void tried(String protocol, TransportKind transport, ObservedClient client) {
        if (transport == TransportKind.WEBSOCKET) {
            record(Event.TRIED, Part.WEBSOCKET, protocol, client);
        }
    }

    @Override
    public void identified(String protocol, TransportKind transport, ObservedClient before, ObservedClient client) {
        if (transport != TransportKind.WEBSOCKET || (before.part() == client.part() && mark(before) == mark(client))) {
            return;
        }
        record(Event.MISTAKEN, Part.WEBSOCKET, protocol, before);
        record(Event.TRIED, Part.WEBSOCKET, protocol, client);
    }

    @Override
    public void working(String protocol, TransportKind transport, ObservedClient client) {
        if (transport == TransportKind.WEBSOCKET) {
            record(Event.WORKED, Part.WEBSOCKET, protocol, client);
        }
    }

    @Override
    public void failed(
            String protocol, TransportKind transport, @Nullable ObservedClient client, String reason, Fault fault) {
        if (transport == TransportKind.WEBSOCKET && client != null) {
            record(fault == Fault.REFUSAL ? Event.REFUSED : Event.FAILED, Part.WEBSOCKET, protocol, client);
        }
    }

    @Override
    public void ended(String protocol, TransportKind transport, ObservedClient client, @Nullable Disconnect why) {
        if (transport != TransportKind.WEBSOCKET) {
            return;
        }
        if (why == Disconnect.INTERNAL) {
            record(Event.WEBSOCKET_ERROR, Part.WEBSOCKET, protocol, client);
        }
        // A client that does not read may have gone as well as one that says nothing.
        boolean lost = why == null || why == Disconnect.SILENT || why == Disconnect.SLOW_CONSUMER;
        record(lost ? Event.LOST : Event.LEFT, Part.WEBSOCKET, protocol, client);
    }

    @Override
    public void served(String protocol, ObservedClient client) {
        record(client.part() == Part.POLLING ? Event.POLL_SERVED : Event.SEEN, client.part(), protocol, client);
    }

    @Override
    public void error(String protocol, TransportKind transport, @Nullable ObservedClient client, ProblemCode problem) {
        if (client == null || Fault.of(problem) != Fault.GATEWAY) {
            return;
        }
        if (transport == TransportKind.WEBSOCKET) {
            record(Event.WEBSOCKET_ERROR, Part.WEBSOCKET, protocol, client);
        } else {
            record(Event.POLL_FAILED, Part.POLLING, protocol, client);
        }
    }

    @Override
    public void reported(ObservedClient client, ClientReport report) {
        if (report.transport() != TransportKind.WEBSOCKET && report.kind() != ClientReport.Kind.FALLBACK) {
            return;
        }
        switch (report.kind()) {
            case CONNECT_OK -> record(Event.REPORTED_CONNECTED, client.part(), "", client);
            case CONNECT_FAILED -> record(Event.REPORTED_FAILED, client.part(), "", client);
            case FALLBACK -> record(Event.REPORTED_FALLBACK, client.part(), "", client);
            case LATENCY -> {
                // Measured here for everybody; a client's own figure is shown and moves nothing.
            }
        }
    }

    @Override
    public void sampled(SessionId session, TransportKind kind, long latencyMillis) {
        if (kind != TransportKind.SSE && !session.isProbe()) {
            Cohort cohort = kind == TransportKind.WEBSOCKET ? Cohort.WEBSOCKET : Cohort.POLLING;
            evidence.delivered(cohort, marks.of(SESSION, session.value()), latencyMillis);
        }
    }

    private void record(Event what, Part of, String protocol, ObservedClient client) {
        if (client.part() == of && client.part() != Part.NONE) {
            long address = client.vouchedBy() == null ? client.addressMark(ofAddress) : 0;
            evidence.record(what, mark(client), address, protocols.indexOf(protocol) & 0xff);
        }
    }

    private long mark(ObservedClient client) {
        return client.mark(ofClient);
    }
}
