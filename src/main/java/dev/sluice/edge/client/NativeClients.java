package dev.sluice.edge.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.identity.client.ClientIdentity;
import java.util.Collection;

/** The client of each native session, forgotten together with it. Any thread. */
final class NativeClients {
    private final NativeParts parts;
    private final Cache<ChannelSession, NativeClient> bySession =
            // Its upkeep costs less than to hand it to another thread.
            Caffeine.newBuilder().weakKeys().executor(Runnable::run).build();

    NativeClients(NativeParts parts) {
        this.parts = parts;
    }

    void opened(ChannelSession session, NativeClient client) {
        bySession.put(session, client);
    }

    /** The session's client; known again from what was stored with a session that came back from the database. */
    NativeClient of(ChannelSession session) {
        return bySession.get(session, this::knownAgain);
    }

    private NativeClient knownAgain(ChannelSession session) {
        ClientAttributes stored = ClientAttributes.read(session.client().attributes());
        ClientIdentity identity = stored.identity();
        return new NativeClient(
                parts,
                session.id().value(),
                session.client().owner(),
                new ClientKey(stored.key(), stored.named(), stored.own()),
                identity);
    }

    Collection<NativeClient> all() {
        return bySession.asMap().values();
    }
}
