package dev.sluice.edge.client;

import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.edge.client.Arrivals.Found;
import dev.sluice.edge.http.ClientOrigin;
import dev.sluice.edge.http.RateLimits.Purse;
import dev.sluice.edge.shortcut.Again;
import dev.sluice.edge.shortcut.Regular;
import org.jspecify.annotations.Nullable;

/** The polls of one session whose client shows no credential, from the third on the same connection on. */
final class RegularPoll implements Regular {
    private final Polling polling;
    private final ChannelSession session;
    private final String path;
    private final ClientOrigin origin;
    private final Purse purse;

    RegularPoll(Polling polling, ChannelSession session, String path, ClientOrigin origin) {
        this.polling = polling;
        this.session = session;
        this.path = path;
        this.origin = origin;
        this.purse = polling.parts.rates().purse(origin.address());
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public boolean isLike(Regular other) {
        return other instanceof RegularPoll that
                && that.session == session
                && that.path.equals(path)
                && that.origin.equals(origin);
    }

    @Override
    public boolean comes(String query, Again again) {
        long now = polling.parts.clock().millis();
        PollQuery asks = PollQuery.of(query);
        Found found = asks == null ? null : find(asks);
        if (asks == null || found == null || !found.serving().mayPoll() || !spend(found.client(), now)) {
            return false;
        }
        polling.witness.received(TransportKind.POLLING);
        found.client().sawHttp(now);
        polling.admit(again, origin, found, found.serving(), asks, now)
                .begin(() -> {}, refused -> again.context().execute(again::goTheUsualWay));
        return true;
    }

    /** Null where the usual way says why not. */
    private @Nullable Found find(PollQuery asks) {
        try {
            return polling.arrivals.returning(session, asks.after(), origin);
        } catch (SluiceException refused) {
            return null;
        }
    }

    /** As at the front door, and as every poll pays. */
    private boolean spend(NativeClient client, long now) {
        try {
            purse.spend(now);
            if (!client.identity().anonymous()) {
                polling.parts.rates().spendClient(client.budget(origin));
            }
            return true;
        } catch (SluiceException tooMany) {
            return false;
        }
    }
}
