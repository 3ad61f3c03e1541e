package dev.sluice.status;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.delivery.channel.Broker;
import dev.sluice.delivery.channel.NewPublication;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells everybody who listens what becomes of pipelines. */
final class PipelineNews {
    private static final String STATUS = "pipeline_status";
    private static final String REMOVED = "pipeline_removed";

    private final Broker broker;
    private final ChannelName channel;

    PipelineNews(Broker broker, ChannelName channel) {
        this.broker = broker;
        this.channel = channel;
    }

    Uni<Void> reported(Pipeline pipeline) {
        ObjectNode data = about(pipeline.id()).put("name", pipeline.name()).put("status", pipeline.status());
        put(data, pipeline.progress(), "detail", pipeline.detail());
        return publish(STATUS, data.put("at", String.valueOf(pipeline.reportedAt())));
    }

    Uni<Void> happened(String id, PipelineEvent event, Instant at) {
        ObjectNode data = about(id);
        if (event.file() != null) {
            data.put("file", event.file());
        }
        put(data, event.progress(), "data", event.data());
        return publish(event.event(), data.put("at", at.toString()));
    }

    /** Without it, whoever hears of changes would show it for good. */
    Uni<Void> removed(String id, Instant at) {
        return publish(REMOVED, about(id).put("at", at.toString()));
    }

    private static ObjectNode about(String id) {
        return JsonNodeFactory.instance.objectNode().put("pipeline_id", id);
    }

    private static void put(ObjectNode into, @Nullable Double progress, String name, @Nullable String json) {
        if (progress != null) {
            into.put("progress", progress);
        }
        if (json != null) {
            into.putRawValue(name, new RawValue(json));
        }
    }

    private Uni<Void> publish(String event, ObjectNode data) {
        NewPublication what = new NewPublication(channel, event, Payload.text(data.toString()), null, null, null);
        return broker.publish(List.of(what)).replaceWithVoid();
    }
}
