package dev.sluice.edge.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.session.Gate.Applicant;
import dev.sluice.edge.gate.AskedClients;
import dev.sluice.edge.gate.AskedClients.Stated;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.Greeting;
import dev.sluice.identity.Token;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whoever is known by what the request itself says: what is refused before its session or its agent was looked for is
 * refused to a client all the same. Any thread.
 */
public final class KnownClients implements Greeting {
    private final RolloutGate gate;
    private final AskedClients asked;

    public KnownClients(RolloutGate gate, AskedClients asked) {
        this.gate = gate;
        this.asked = asked;
    }

    @Override
    public void greet(Call call) {
        try {
            Applicant known = known(call);
            if (known != null) {
                call.tellMode(gate.servingOf(known).mode());
            }
        } catch (SluiceException noName) {
            // It is nobody's, and the answer says so where that is what is wrong.
        }
    }

    private @Nullable Applicant known(Call call) {
        boolean canPoll = !"none".equals(call.query("fallback"));
        return switch (call.access()) {
            case CLIENT, VISITOR -> ofApplication(call, canPoll);
            case AGENT -> named(call, inBody(call, "agent_id"), canPoll);
            case OPEN -> named(call, inBody(call, RawEndpoint.CLIENT_ID), canPoll);
            // Whoever administers or publishes names others, and is served in one way only.
            default -> null;
        };
    }

    /** As its session will be decided. */
    private static @Nullable Applicant ofApplication(Call call, boolean canPoll) {
        String inPath = call.path(RawEndpoint.CLIENT_ID);
        ClientKey key = ClientKey.of(call, inPath != null ? inPath : inBody(call, RawEndpoint.CLIENT_ID));
        Token token = call.client().token();
        String tokenId = token == null ? null : token.id().toString();
        return key.own() ? new Applicant(key.value(), tokenId, Map.of(), canPoll, false) : null;
    }

    private @Nullable Applicant named(Call call, @Nullable String inBody, boolean canPoll) {
        String name = ClientKey.said(call, inBody);
        return name == null ? null : asked.of(name, call.tokenOrNull(), new Stated(Map.of(), canPoll));
    }

    private static @Nullable String inBody(Call call, String field) {
        JsonNode body = call.bodyIfRead();
        return body == null ? null : body.path(field).textValue();
    }
}
