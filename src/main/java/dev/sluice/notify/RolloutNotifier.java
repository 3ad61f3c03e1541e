package dev.sluice.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.decision.RolloutState;
import dev.sluice.webhook.CloudEventWriter;
import io.cloudevents.CloudEvent;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the guard decides and what it does, each change once and in order, as events for whoever is on call. Any thread;
 * returns at once, whatever becomes of the event.
 */
public final class RolloutNotifier {
    /** The guard's word changed. */
    public static final String VERDICT = "dev.sluice.rollout.verdict";

    /** The guard's ceiling was moved, by itself or by a person. */
    public static final String CEILING = "dev.sluice.rollout.ceiling";

    private static final String SUBJECT = "rollout";
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private final CloudEventWriter events;
    private final Supplier<RolloutState> state;
    private final Consumer<CloudEvent> outlet;

    /**
     * @param state what is in force, told with every event
     * @param outlet takes events away; must not block
     */
    public RolloutNotifier(CloudEventWriter events, Supplier<RolloutState> state, Consumer<CloudEvent> outlet) {
        this.events = events;
        this.state = state;
        this.outlet = outlet;
    }

    /**
     * The guard says another word than before.
     *
     * @param why one sentence, or null
     * @param figures JSON text with what it was taken on, or null
     */
    public void verdictChanged(String from, String to, @Nullable String why, @Nullable String figures) {
        ObjectNode data = MAPPER.createObjectNode().put("from", from).put("to", to);
        put(data, why, figures, state.get());
        outlet.accept(events.event(VERDICT, SUBJECT, data));
    }

    /**
     * The ceiling is another one than before, and that is in force.
     *
     * @param who {@code guard} or {@code token:<name>}; null where it is not known
     * @param why one sentence, or null
     * @param figures JSON text with what it was taken on, or null
     */
    public void ceilingChanged(
            Percentage from, Percentage to, @Nullable String who, @Nullable String why, @Nullable String figures) {
        ObjectNode data = MAPPER.createObjectNode().put("from", from.value()).put("to", to.value());
        if (who != null) {
            data.put("who", who);
        }
        put(data, why, figures, state.get());
        outlet.accept(events.event(CEILING, SUBJECT, data));
    }

    private static void put(ObjectNode data, @Nullable String why, @Nullable String figures, RolloutState now) {
        if (why != null) {
            data.put("why", why);
        }
        if (figures != null) {
            data.set("figures", json(figures));
        }
        data.put("target", now.target().value());
        data.put("ceiling", now.ceiling().value());
        data.put("effective", now.effective().value());
        data.put("revision", now.revision());
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return MAPPER.getNodeFactory().textNode(text);
        }
    }
}
