package dev.sluice.delivery.command;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.Session;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.session.SessionLimits;
import dev.sluice.delivery.session.SessionObserver;
import dev.sluice.delivery.session.SessionRegistry;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of agents: one per cluster and instance, each draining a {@link CommandMailbox}. Everything on the
 * cluster's home, but for {@link #size()}.
 */
public final class AgentSessions {
    /** Instances of one cluster beyond which a newcomer is refused: replicas are a handful, a flood is not. */
    private static final int MAX_REPLICAS = 64;

    /** By instance within a cluster: nearly always one, and replaced when one comes or goes. */
    private final Map<UUID, Map<String, AgentSession>> byCluster = new ConcurrentHashMap<>();

    private final AtomicInteger count = new AtomicInteger();
    private final SessionRegistry registry;
    private final Function<UUID, Home> homes;
    private final SessionLimits limits;
    private final InstantSource clock;
    private final SessionObserver observer;

    public AgentSessions(
            SessionRegistry registry,
            Function<UUID, Home> homes,
            SessionLimits limits,
            InstantSource clock,
            SessionObserver observer) {
        this.registry = registry;
        this.homes = homes;
        this.limits = limits;
        this.clock = clock;
        this.observer = observer;
    }

    /** The replica's session, made where there is none. Its wakes go straight to the queue's mailbox. */
    public AgentSession open(CommandQueue queue, String instanceId) {
        Map<String, AgentSession> replicas = byCluster.getOrDefault(queue.clusterId(), Map.of());
        AgentSession present = replicas.get(instanceId);
        if (present != null) {
            return present;
        }
        if (replicas.size() >= MAX_REPLICAS) {
            throw new SluiceException(ProblemCode.TOO_MANY_CONNECTIONS, "Too many instances of one agent.");
        }
        Home home = homes.apply(queue.clusterId());
        CommandMailbox mailbox = queue.replica(instanceId);
        SessionId id = new SessionId(queue.clusterId() + "/" + instanceId);
        Session session = new Session(id, home, mailbox, limits, clock, observer, ended -> bury(home, mailbox, ended));
        mailbox.onWake(session::wake);
        AgentSession opened = new AgentSession(session, mailbox);
        Map<String, AgentSession> more = new HashMap<>(replicas);
        more.put(instanceId, opened);
        byCluster.put(queue.clusterId(), Map.copyOf(more));
        registry.add(home, session);
        count.incrementAndGet();
        return opened;
    }

    /** The session of the only replica there is, so that a poll without an instance id carries on with it. */
    public @Nullable AgentSession onlyReplica(UUID clusterId) {
        Map<String, AgentSession> replicas = byCluster.get(clusterId);
        return replicas != null && replicas.size() == 1
                ? replicas.values().iterator().next()
                : null;
    }

    /** The replicas of a cluster, for people to look at. */
    public List<AgentSession> replicas(UUID clusterId) {
        Map<String, AgentSession> replicas = byCluster.get(clusterId);
        return replicas == null ? List.of() : List.copyOf(replicas.values());
    }

    private void bury(Home home, CommandMailbox mailbox, Session session) {
        UUID clusterId = mailbox.queue().clusterId();
        registry.remove(home, session);
        count.decrementAndGet();
        mailbox.queue().forget(mailbox);
        Map<String, AgentSession> fewer = new HashMap<>(byCluster.getOrDefault(clusterId, Map.of()));
        fewer.remove(mailbox.instanceId());
        if (fewer.isEmpty()) {
            byCluster.remove(clusterId);
        } else {
            byCluster.put(clusterId, Map.copyOf(fewer));
        }
    }

    /** Sessions in memory. Any thread. */
    public int size() {
        return count.get();
    }
}
