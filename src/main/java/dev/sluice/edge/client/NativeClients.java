package dev.sluice.edge.client;

import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.identity.client.ClientIdentity;
import java.util.stream.Stream;

/**
 * The client of each native session. The session keeps it, so that it goes with it: a table of them would have to be told,
 * since each knows what it holds the session by. Any thread.
 */
final class NativeClients {
    private final NativeParts parts;

    NativeClients(NativeParts parts) {
        this.parts = parts;
    }

    void opened(ChannelSession session, NativeClient client) {
        session.accompany(client);
    }

    /** The session's client; known again from what was stored with a session that came back from the database. */
    NativeClient of(ChannelSession session) {
        return session.companion(NativeClient.class, () -> knownAgain(session));
    }

    private NativeClient knownAgain(ChannelSession session) {
        ClientAttributes stored =
                ClientAttributes.read(session.client().attributes().text());
        ClientIdentity identity = stored.identity();
        return new NativeClient(
                parts,
                session.id().value(),
                session.client().owner(),
                new ClientKey(stored.key(), stored.named(), stored.own()),
                identity);
    }

    /** Those that came to this node since it began. */
    Stream<NativeClient> all() {
        return parts.sessions()
                .all()
                .map(ChannelSession::companion)
                .filter(NativeClient.class::isInstance)
                .map(NativeClient.class::cast);
    }
}
