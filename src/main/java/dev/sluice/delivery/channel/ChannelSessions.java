package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.mailbox.MemoryBudget;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.session.SessionObserver;
import dev.sluice.delivery.session.SessionRegistry;
import io.smallrye.mutiny.Uni;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The sessions with channels on this node: opened, found, restored from the store, and looked at by operators. */
public final class ChannelSessions {

    /**
     * What it stands on.
     *
     * @param registry whose tick tells the sessions the time
     * @param writer where saves to the store are put in order; any home
     * @param random gives short random texts, safe in a URL and without {@code .} and {@code ~}; any thread
     * @param observer hears of every session
     */
    public record Ports(
            Broker broker,
            ChannelPolicies policies,
            SessionStore store,
            SessionRegistry registry,
            MemoryBudget budget,
            Home writer,
            InstantSource clock,
            Supplier<String> random,
            SessionObserver observer,
            ChannelObserver channels) {}

    public ChannelSessions(Ports ports, ChannelLimits limits) {}

    /**
     * A new session without a connection, which has to attach in time. On that home, which it keeps.
     *
     * @param id unguessable, never used before
     * @throws dev.sluice.core.SluiceException {@code too-many-connections} where the node holds as many as it may
     */
    public ChannelSession open(Home home, SessionId id, Client client) {
        throw new UnsupportedOperationException();
    }

    /** The session with that id on this node, null where there is none. Any thread; go on on its home. */
    public @Nullable ChannelSession find(SessionId id) {
        throw new UnsupportedOperationException();
    }

    /**
     * The session with that id, from memory or made again from its record; null where there is neither. It is not
     * attached; where the owner is another one the attach says so. Any thread, and answers on any; go on on its home.
     *
     * @param home where it will live if it has to be made
     */
    public Uni<@Nullable ChannelSession> restore(Home home, SessionId id) {
        throw new UnsupportedOperationException();
    }

    /** Visits every session of that home; the visitor may end them. On that home. */
    public void visit(Home home, Consumer<ChannelSession> visitor) {
        throw new UnsupportedOperationException();
    }

    /** What operators see of all sessions of the node. Any thread. */
    public Uni<List<SessionView>> views() {
        throw new UnsupportedOperationException();
    }

    /** Sessions in memory. Any thread. */
    public int size() {
        throw new UnsupportedOperationException();
    }

    /** Sessions of this node that are subscribed to the channel. Any thread. */
    public int subscribers(ChannelName channel) {
        throw new UnsupportedOperationException();
    }

    /** Tells the time: what was out of reach is tried again, records are saved, memory is kept. On that home. */
    public void tick(Home home, long now) {
        throw new UnsupportedOperationException();
    }

    /**
     * The node serves: what was stored before and is not restored within the grace will be removed. Once, at start. Any
     * thread.
     */
    public void started() {
        throw new UnsupportedOperationException();
    }
}
