package dev.sluice.status;

import dev.sluice.core.ChannelName;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.channel.Broker;
import dev.sluice.status.Pipeline.LastEvent;
import dev.sluice.status.PipelineList.Shown;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The pipelines that reported, and those that are expected to. What they say is kept, then published on the channel
 * {@code pipelines}, then answered: whoever is told 200 was heard by everybody who listens. Reads are from memory. Any
 * thread; never blocks.
 */
public final class Pipelines {
    /** The channel that everything is said on; Socket.IO clients know it as the namespace {@code /pipelines}. */
    public static final ChannelName CHANNEL = new ChannelName("pipelines");

    private final PipelineStore store;
    private final PipelineNews news;
    private final InstantSource clock;
    private final Duration staleAfter;
    private final int most;
    private final Instant startedAt;
    private final Map<String, Pipeline> byId = new ConcurrentHashMap<>();

    /** New ones on their way to the store, so that a crowd that comes at once keeps to the bound as well. */
    private final Set<String> coming = ConcurrentHashMap.newKeySet();

    private final AtomicLong changes = new AtomicLong();
    private volatile @Nullable Listed latest;

    private record Listed(long change, PipelineList list) {}

    /**
     * @param staleAfter silent for that long, one is shown as stale
     * @param most pipelines beyond which new ones are refused
     */
    public Pipelines(PipelineStore store, Broker broker, InstantSource clock, Duration staleAfter, int most) {
        this.store = store;
        this.news = new PipelineNews(broker, CHANNEL);
        this.clock = clock;
        this.staleAfter = staleAfter;
        this.most = most;
        this.startedAt = clock.instant();
    }

    /** One that is listed before it is heard of. */
    public void expect(String id) {
        byId.putIfAbsent(id, Pipeline.expected(id));
        changes.incrementAndGet();
    }

    /** What was kept before. Once, at start. */
    public Uni<Void> load() {
        return store.load(most)
                .invoke(kept -> {
                    kept.forEach(pipeline -> byId.put(pipeline.id(), pipeline));
                    changes.incrementAndGet();
                })
                .replaceWithVoid();
    }

    // ---- what there is

    public PipelineList list() {
        // Read ahead of the pipelines: what changes meanwhile is seen by the next one who asks.
        long change = changes.get();
        Instant now = clock.instant();
        Listed last = latest;
        if (last == null || last.change != change || now.isAfter(last.list.until())) {
            last = new Listed(change, listAt(now));
            latest = last;
        }
        return last.list;
    }

    private PipelineList listAt(Instant now) {
        List<Shown> shown = byId.values().stream()
                .sorted(Comparator.comparing(Pipeline::id))
                .map(pipeline -> new Shown(pipeline, isStale(pipeline, now)))
                .toList();
        Instant until = shown.stream()
                .filter(each -> !each.stale())
                .map(each -> each.pipeline().staleFrom(staleAfter, startedAt))
                .min(Comparator.naturalOrder())
                .orElse(Instant.MAX);
        return new PipelineList(shown, until);
    }

    private boolean isStale(Pipeline pipeline, Instant now) {
        return now.isAfter(pipeline.staleFrom(staleAfter, startedAt));
    }

    /** @throws SluiceException {@code not-found} */
    public Shown find(String id) {
        Pipeline known = byId.get(id);
        if (known == null) {
            throw new SluiceException(ProblemCode.NOT_FOUND, "There is no such pipeline.");
        }
        return new Shown(known, isStale(known, clock.instant()));
    }

    // ---- what they say

    /** Fails with {@code too-many-pipelines} and {@code store-unavailable}: then nothing was changed or published. */
    public Uni<Shown> report(String id, PipelineReport report) {
        Instant at = clock.instant();
        return keep(id, known -> known.with(report, at), store::saveReport)
                .call(news::reported)
                .map(now -> new Shown(now, false));
    }

    /** The same for something that happened: it is a sign of life as well. */
    public Uni<Shown> happened(String id, PipelineEvent event) {
        Instant at = clock.instant();
        LastEvent last = new LastEvent(event.event(), event.file(), event.progress(), at);
        return keep(id, known -> known.with(last), store::saveEvent)
                .call(() -> news.happened(id, event, at))
                .map(now -> new Shown(now, false));
    }

    /** @return as the one who said it knows it, whatever else was said meanwhile */
    private Uni<Pipeline> keep(String id, UnaryOperator<Pipeline> change, Function<Pipeline, Uni<Void>> save) {
        Pipeline known = byId.get(id);
        if (known == null && !admits(id)) {
            return Uni.createFrom().failure(new SluiceException(ProblemCode.TOO_MANY_PIPELINES));
        }
        Pipeline now = change.apply(known == null ? Pipeline.expected(id) : known);
        return save.apply(now)
                .invoke(() -> {
                    byId.compute(id, (key, there) -> change.apply(there == null ? Pipeline.expected(id) : there));
                    changes.incrementAndGet();
                })
                .onTermination()
                .invoke(() -> coming.remove(id))
                .replaceWith(now);
    }

    private boolean admits(String id) {
        boolean first = coming.add(id);
        // Counted with itself in it: two that come at once may both be refused, and never both be let in.
        if (byId.size() + coming.size() <= most) {
            return true;
        }
        if (first) {
            coming.remove(id);
        }
        return false;
    }

    /** Forgets it, and says so. Fails with {@code not-found} and {@code store-unavailable}. */
    public Uni<Void> forget(String id) {
        find(id);
        return store.delete(id)
                .invoke(() -> {
                    byId.remove(id);
                    changes.incrementAndGet();
                })
                .chain(() -> news.removed(id, clock.instant()));
    }
}
