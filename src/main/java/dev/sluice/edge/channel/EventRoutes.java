package dev.sluice.edge.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.channel.Broker;
import dev.sluice.delivery.channel.NewPublication;
import dev.sluice.delivery.channel.StreamPosition;
import dev.sluice.edge.http.Access;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.edge.http.Endpoints;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code POST /api/v1/events}: what applications publish. */
public final class EventRoutes implements Endpoints {
    private final Broker broker;
    private final int maxData;

    /** @param maxData longest {@code data} in bytes */
    public EventRoutes(Broker broker, int maxData) {
        this.broker = broker;
        this.maxData = maxData;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.post("/api/v1/events", Access.PUBLISHER, this::publish));
    }

    private Uni<Answer> publish(Call call) {
        List<NewPublication> events = new EventBody(call.token().id(), maxData).read(call.body());
        boolean batch = call.body().isArray();
        return broker.publish(events).map(places -> {
            List<Map<String, Object>> results = new ArrayList<>(places.size());
            for (int i = 0; i < places.size(); i++) {
                results.add(result(events.get(i).channel(), places.get(i)));
            }
            return Answer.ok(batch ? Map.of("results", results) : results.get(0));
        });
    }

    private static Map<String, Object> result(ChannelName channel, StreamPosition place) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("channel", channel.value());
        result.put("epoch", place.epoch());
        result.put("offset", place.offset());
        return result;
    }
}
