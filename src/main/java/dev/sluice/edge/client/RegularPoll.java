package dev.sluice.edge.client;

import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.edge.client.Arrivals.Found;
import dev.sluice.edge.gate.PollLateness;
import dev.sluice.edge.gate.Serving;
import dev.sluice.edge.shortcut.Again;
import dev.sluice.edge.shortcut.Regular;
import dev.sluice.rollout.drain.Movable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The polls of one session whose client shows no credential, from the third on the same connection on. */
final class RegularPoll implements Regular {
    private final Polling polling;
    private final SessionId id;
    private final String path;

    /** What the polls of all sessions stand on. */
    record Polling(
            NativeParts parts,
            NativeWitness witness,
            Arrivals arrivals,
            NativeConnections connections,
            PollLateness lateness,
            Consumer<Movable> joined) {}

    RegularPoll(Polling polling, SessionId id, String path) {
        this.polling = polling;
        this.id = id;
        this.path = path;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public boolean comes(String query, Again again) {
        PollQuery asks = PollQuery.of(query);
        Found found = asks == null ? null : find(asks, again);
        if (asks == null || found == null || !found.serving().mayPoll() || !spend(found.client(), again)) {
            return false;
        }
        NativeClient client = found.client();
        Serving serving = found.serving();
        polling.witness().received(TransportKind.POLLING);
        client.sawHttp(polling.parts().clock().millis());
        polling.witness().told(client, serving);
        SessionPoll.Terms terms = new SessionPoll.Terms(asks.seconds(), asks.limit(), serving.mode());
        new SessionPoll(polling.parts(), polling.connections(), polling.lateness(), again, found, terms)
                .begin(polling.joined(), () -> {}, refused -> again.context().execute(again::goTheUsualWay));
        return true;
    }

    /** Null where the usual way says why not. */
    private @Nullable Found find(PollQuery asks, Again again) {
        try {
            return polling.arrivals().returning(id, asks.after(), again.origin());
        } catch (SluiceException refused) {
            return null;
        }
    }

    /** As at the front door, and as every poll pays. */
    private boolean spend(NativeClient client, Again again) {
        try {
            polling.parts().rates().spendAddress(again.origin().address());
            if (!client.identity().anonymous()) {
                polling.parts().rates().spendClient(client.budget(again.origin()));
            }
            return true;
        } catch (SluiceException tooMany) {
            return false;
        }
    }
}
