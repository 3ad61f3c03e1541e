package dev.sluice.protocol.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.SluiceException;
import dev.sluice.fleet.AgentFeatures;
import dev.sluice.fleet.Registration;
import dev.sluice.protocol.json.Fields;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an agent sends to register, over either transport.
 *
 * @param instanceId tells replicas of one agent apart; "" where the agent named none
 */
public record RegisterRequest(
        String agentId,
        String name,
        String instanceId,
        AgentFeatures features,
        Map<String, String> labels,
        String details) {
    private static final int MAX_NAME = 255;
    private static final int MAX_LABELS = 64;
    private static final int MAX_DETAILS = 64 * 1024;

    /**
     * Reads a register payload or body.
     *
     * @throws SluiceException naming the field that is wrong
     */
    public static RegisterRequest read(JsonNode payload) {
        String agentId = Fields.requiredText(payload, "agent_id", MAX_NAME);
        String name = Fields.requiredText(payload, "name", MAX_NAME);
        String instanceId = Fields.optionalText(payload, "instance_id", MAX_NAME);
        String details = payload.toString();
        if (details.length() > MAX_DETAILS) {
            throw SluiceException.invalid("payload", "at most %d bytes long".formatted(MAX_DETAILS));
        }
        return new RegisterRequest(
                agentId, name, instanceId == null ? "" : instanceId, features(payload), labels(payload), details);
    }

    /**
     * An instance id that came another way, within the same bounds.
     *
     * @throws SluiceException naming {@code instance_id}
     */
    public static @Nullable String instanceId(@Nullable String given) {
        return given == null ? null : Fields.bounded("instance_id", given, MAX_NAME);
    }

    public Registration inWorkspace(int workspaceId) {
        return new Registration(workspaceId, agentId, name, features, labels, details);
    }

    private static AgentFeatures features(JsonNode payload) {
        JsonNode features = Fields.optionalObject(payload, "features");
        if (features == null) {
            return AgentFeatures.NONE;
        }
        boolean supportsPolling = Fields.flag(features, "supports_polling");
        boolean refusesPolling = features.hasNonNull("supports_polling") && !supportsPolling;
        return new AgentFeatures(Fields.flag(features, "supports_switch"), supportsPolling, refusesPolling);
    }

    /** The labels named as such, and the two plain fields by which operators tell clusters apart. */
    private static Map<String, String> labels(JsonNode payload) {
        Map<String, String> labels = new HashMap<>();
        for (String field : new String[] {"environment", "region"}) {
            JsonNode value = payload.get(field);
            if (value != null && value.isTextual()) {
                labels.put(field, Fields.bounded(field, value.textValue(), MAX_NAME));
            }
        }
        JsonNode named = Fields.optionalObject(payload, "labels");
        if (named != null) {
            if (named.size() > MAX_LABELS) {
                throw SluiceException.invalid("labels", "at most %d entries".formatted(MAX_LABELS));
            }
            named.fieldNames()
                    .forEachRemaining(label -> labels.put(
                            Fields.bounded("labels", label, MAX_NAME), Fields.requiredText(named, label, MAX_NAME)));
        }
        return labels;
    }
}
