package dev.sluice.delivery.session;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The sessions of this node, grouped by home so that time can be told to each of them on its own context with one hop
 * a second and not one timer a session.
 */
public final class SessionRegistry {
    private final Map<Home, Set<Session>> byHome = new ConcurrentHashMap<>();

    /** Adds a session. On its home context. */
    public void add(Home home, Session session) {
        byHome.computeIfAbsent(home, h -> new HashSet<>()).add(session);
    }

    /** Removes a session. On its home context. */
    public void remove(Home home, Session session) {
        Set<Session> sessions = byHome.get(home);
        if (sessions != null) {
            sessions.remove(session);
        }
    }

    /** Tells the time to every session of that home. On that home context. */
    public void tick(Home home, long now) {
        forEach(home, session -> session.tick(now));
    }

    /** Visits every session of that home; the visitor may close them. On that home context. */
    public void forEach(Home home, Consumer<Session> visitor) {
        Set<Session> sessions = byHome.get(home);
        if (sessions != null) {
            for (Session session : sessions.toArray(Session[]::new)) {
                visitor.accept(session);
            }
        }
    }
}
