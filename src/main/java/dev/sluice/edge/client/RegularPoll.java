package dev.sluice.edge.client;

import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.edge.client.Arrivals.Found;
import dev.sluice.edge.http.ClientOrigin;
import dev.sluice.edge.shortcut.Again;
import dev.sluice.edge.shortcut.Regular;
import org.jspecify.annotations.Nullable;

/** The polls of one session whose client shows no credential, from the third on the same connection on. */
record RegularPoll(Polling polling, SessionId id, String path, ClientOrigin origin) implements Regular {

    @Override
    public boolean comes(String query, Again again) {
        PollQuery asks = PollQuery.of(query);
        Found found = asks == null ? null : find(asks);
        if (asks == null || found == null || !found.serving().mayPoll() || !spend(found.client())) {
            return false;
        }
        polling.witness.received(TransportKind.POLLING);
        found.client().sawHttp(polling.parts.clock().millis());
        polling.admit(again, origin, found, found.serving(), asks)
                .begin(() -> {}, refused -> again.context().execute(again::goTheUsualWay));
        return true;
    }

    /** Null where the usual way says why not. */
    private @Nullable Found find(PollQuery asks) {
        try {
            return polling.arrivals.returning(id, asks.after(), origin);
        } catch (SluiceException refused) {
            return null;
        }
    }

    /** As at the front door, and as every poll pays. */
    private boolean spend(NativeClient client) {
        try {
            polling.parts.rates().spendAddress(origin.address());
            if (!client.identity().anonymous()) {
                polling.parts.rates().spendClient(client.budget(origin));
            }
            return true;
        } catch (SluiceException tooMany) {
            return false;
        }
    }
}
