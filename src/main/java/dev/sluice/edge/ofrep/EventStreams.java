package dev.sluice.edge.ofrep;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.edge.gate.OpenConnections;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Programs that want to hear when to evaluate again. Every change of the rollout reaches every stream once, as the
 * revision it led to; several changes within the spread reach it as one. Bounded in number; any thread.
 */
public final class EventStreams {
    /** All of them share one bound. */
    private static final String ALL = "all";

    /**
     * Between a bulk answer and the stream that follows it the rollout may change. A stream that says nothing of what
     * it has is told of the last change where that is not older than this.
     */
    private static final Duration RECENT = Duration.ofMinutes(1);

    private final StreamLimits limits;
    private final InstantSource clock;
    private final OpenConnections slots;
    private final Set<EventStream> open = ConcurrentHashMap.newKeySet();
    private volatile Change last;
    private volatile boolean closed;

    private record Change(long revision, @Nullable Instant at) {}

    public EventStreams(StreamLimits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
        this.slots = new OpenConnections(limits.maxStreams(), limits.perAddress());
        this.last = new Change(0, null);
    }

    /** What streams start from: the revision in force when the node begins. */
    public void begin(long revision) {
        last = new Change(revision, null);
    }

    /** The rollout changed. Returns at once; each stream writes on its own event loop, at its own moment. */
    public void changed(long revision) {
        last = new Change(revision, clock.instant());
        open.forEach(stream -> stream.changed(revision));
    }

    /**
     * Answers the request with a stream that stays open. On its event loop.
     *
     * @param address whose streams are counted
     * @throws SluiceException {@code shutting-down}, or {@code too-many-connections}
     */
    void open(RoutingContext routing, String address) {
        if (closed) {
            throw new SluiceException(ProblemCode.SHUTTING_DOWN);
        }
        Runnable leave = slots.open(ALL, address);
        EventStream stream = new EventStream(routing, limits);
        stream.whenOver(() -> {
            open.remove(stream);
            leave.run();
        });
        open.add(stream);
        Change now = last;
        stream.begin(now.revision(), missed(routing.request().getHeader("Last-Event-ID"), now));
        if (closed) {
            stream.end(); // it came while the others were told to leave
        }
    }

    private boolean missed(@Nullable String lastEventId, Change now) {
        if (lastEventId != null && !lastEventId.isBlank()) {
            return !lastEventId.strip().equals(Long.toString(now.revision()));
        }
        return now.at() != null && now.at().plus(RECENT).isAfter(clock.instant());
    }

    /** Whether another one would be refused. */
    boolean full() {
        return closed || open.size() >= limits.maxStreams();
    }

    /** How many are open now. */
    public int size() {
        return open.size();
    }

    /** This node goes down: every stream ends, and comes back elsewhere after the pause it was given when it began. */
    public void shutDown() {
        closed = true;
        open.forEach(EventStream::end);
    }
}
