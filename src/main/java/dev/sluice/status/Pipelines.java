package dev.sluice.status;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.channel.Broker;
import dev.sluice.delivery.channel.NewPublication;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The pipelines that reported, and those that are expected to. A report is kept, then published on the channel
 * {@code pipelines}, then answered: whoever is told 200 was heard by everybody who listens. Reads are from memory. Any
 * thread; never blocks.
 */
public final class Pipelines {
    /** The channel that everything is said on; Socket.IO clients know it as the namespace {@code /pipelines}. */
    public static final ChannelName CHANNEL = new ChannelName("pipelines");

    private static final String STATUS = "pipeline_status";

    private final PipelineStore store;
    private final Broker broker;
    private final InstantSource clock;
    private final Duration staleAfter;
    private final int most;
    private final Instant startedAt;
    private final Map<String, Pipeline> byId = new ConcurrentHashMap<>();

    /**
     * @param staleAfter silent for that long, one is shown as stale
     * @param most pipelines beyond which new ones are refused
     */
    public Pipelines(PipelineStore store, Broker broker, InstantSource clock, Duration staleAfter, int most) {
        this.store = store;
        this.broker = broker;
        this.clock = clock;
        this.staleAfter = staleAfter;
        this.most = most;
        this.startedAt = clock.instant();
    }

    /** One that is listed before it is heard of. */
    public void expect(String id) {
        byId.putIfAbsent(id, Pipeline.expected(id));
    }

    /** What was kept before. Once, at start. */
    public Uni<Void> load() {
        return store.load(most)
                .invoke(kept -> kept.forEach(pipeline -> byId.put(pipeline.id(), pipeline)))
                .replaceWithVoid();
    }

    /** By id. */
    public List<Pipeline> all() {
        Collection<Pipeline> known = byId.values();
        return known.stream().sorted(Comparator.comparing(Pipeline::id)).toList();
    }

    /** @throws SluiceException {@code not-found} */
    public Pipeline find(String id) {
        Pipeline known = byId.get(id);
        if (known == null) {
            throw new SluiceException(ProblemCode.NOT_FOUND, "There is no such pipeline.");
        }
        return known;
    }

    public int size() {
        return byId.size();
    }

    /** Whether it was silent for too long; one that is expected, since this node began to listen. */
    public boolean isStale(Pipeline pipeline) {
        return pipeline.isStale(clock.instant(), staleAfter, startedAt);
    }

    /** Neither stale, nor not well by its own word. */
    public boolean isWell(Pipeline pipeline) {
        return !isStale(pipeline) && !pipeline.isSick();
    }

    /** Fails with {@code too-many-pipelines} and {@code store-unavailable}: then nothing was changed or published. */
    public Uni<Pipeline> report(String id, PipelineReport report) {
        Pipeline before = byId.get(id);
        String name = report.name() != null ? report.name() : before == null ? id : before.name();
        Pipeline now = new Pipeline(id, name, report.status(), report.progress(), report.detail(), clock.instant());
        return keep(now).chain(() -> publish(STATUS, status(now))).replaceWith(now);
    }

    /** The same for something that happened: it is a sign of life as well. */
    public Uni<Pipeline> happened(String id, PipelineEvent event) {
        Pipeline before = byId.get(id);
        Instant at = clock.instant();
        boolean known = before != null && before.heardAt() != null;
        Pipeline now = new Pipeline(
                id,
                before == null ? id : before.name(),
                known ? before.status() : Pipeline.RUNNING,
                known ? before.progress() : null,
                known ? before.detail() : null,
                at);
        return keep(now)
                .chain(() -> publish(event.event(), happened(id, event, at)))
                .replaceWith(now);
    }

    private Uni<Void> keep(Pipeline pipeline) {
        if (!byId.containsKey(pipeline.id()) && byId.size() >= most) {
            return Uni.createFrom().failure(new SluiceException(ProblemCode.TOO_MANY_PIPELINES));
        }
        return store.save(pipeline).invoke(() -> byId.merge(pipeline.id(), pipeline, Pipelines::newer));
    }

    private static Pipeline newer(Pipeline one, Pipeline other) {
        Instant first = one.heardAt();
        Instant second = other.heardAt();
        return first != null && second != null && first.isAfter(second) ? one : other;
    }

    private Uni<Void> publish(String event, ObjectNode data) {
        NewPublication what = new NewPublication(CHANNEL, event, Payload.text(data.toString()), null, null, null);
        return broker.publish(List.of(what)).replaceWithVoid();
    }

    /** As it is shown everywhere. */
    private static ObjectNode status(Pipeline pipeline) {
        ObjectNode data = JsonNodeFactory.instance
                .objectNode()
                .put("pipeline_id", pipeline.id())
                .put("name", pipeline.name())
                .put("status", pipeline.status());
        put(data, pipeline.progress(), "detail", pipeline.detail());
        return data.put("at", String.valueOf(pipeline.heardAt()));
    }

    private static ObjectNode happened(String id, PipelineEvent event, Instant at) {
        ObjectNode data = JsonNodeFactory.instance.objectNode().put("pipeline_id", id);
        if (event.file() != null) {
            data.put("file", event.file());
        }
        put(data, event.progress(), "data", event.data());
        return data.put("at", at.toString());
    }

    private static void put(ObjectNode into, @Nullable Double progress, String name, @Nullable String json) {
        if (progress != null) {
            into.put("progress", progress);
        }
        if (json != null) {
            into.putRawValue(name, new RawValue(json));
        }
    }

    /** Forgets it. Fails with {@code store-unavailable}. */
    public Uni<Void> forget(String id) {
        find(id);
        return store.delete(id).invoke(() -> byId.remove(id));
    }
}
