package dev.sluice.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.SluiceException;
import dev.sluice.edge.gate.AgentApplicants;
import dev.sluice.edge.gate.AskedClients;
import dev.sluice.edge.gate.AskedClients.Stated;
import dev.sluice.edge.gate.RolloutGate;
import dev.sluice.edge.gate.Serving;
import dev.sluice.edge.http.Access;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.edge.http.Endpoints;
import dev.sluice.edge.http.RateLimits;
import dev.sluice.fleet.Fleet;
import dev.sluice.rollout.control.AuditEntry;
import dev.sluice.rollout.control.RolloutControl;
import dev.sluice.rollout.control.RolloutView;
import dev.sluice.rollout.decision.RolloutState;
import dev.sluice.rollout.drain.Drain;
import dev.sluice.rollout.drain.Following;
import dev.sluice.rollout.watch.Watch;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/rollout} and {@code /api/v1/admin/rollout}: what is in force, why one client is served as it is, and
 * every change an operator can make. Changes take {@code If-Match} with the revision that {@code ETag} gave.
 */
public final class RolloutRoutes implements Endpoints {
    private static final String ROLLOUT = "/api/v1/rollout";
    private static final String ADMIN = "/api/v1/admin/rollout";

    private static final int MAX_PAGE = 500;

    private final RolloutControl control;
    private final RolloutGate gate;
    private final AskedClients asked;
    private final RateLimits rates;
    private final OverrideRoutes overrides;
    private final Watch watch;
    private final GuardRoutes guard;
    private final Drain drain;
    private final Following following;

    public RolloutRoutes(
            RolloutControl control,
            RolloutGate gate,
            AgentApplicants applicants,
            Fleet fleet,
            RateLimits rates,
            Drain drain,
            Following following,
            Watch watch) {
        this.control = control;
        this.gate = gate;
        this.asked = new AskedClients(applicants, fleet);
        this.rates = rates;
        this.drain = drain;
        this.following = following;
        this.overrides = new OverrideRoutes(control);
        this.watch = watch;
        this.guard = new GuardRoutes(control, watch);
    }

    @Override
    public List<Endpoint> endpoints() {
        List<Endpoint> all = new ArrayList<>(List.of(
                Endpoint.get(ROLLOUT, Access.OPERATOR, call -> Uni.createFrom().item(inForce())),
                Endpoint.get(ROLLOUT + "/decision", Access.OPEN, this::decide),
                Endpoint.put(ADMIN, Access.ADMIN, this::setTarget),
                Endpoint.delete(ADMIN, Access.ADMIN, this::clearTarget),
                Endpoint.put("/api/v1/admin/flags", Access.ADMIN, this::setFlags),
                Endpoint.get(ADMIN + "/history", Access.ADMIN, this::history)));
        all.addAll(overrides.endpoints());
        all.addAll(guard.endpoints());
        return List.copyOf(all);
    }

    private Answer inForce() {
        RolloutView view = control.view();
        Map<String, Object> document = RolloutDocument.view(view, control.state(), watch.view());
        document.put("drain", DrainDocument.progress(drain.progress()));
        document.put("share", DrainDocument.share(following.latest()));
        return Answer.ok(document).with("ETag", Revision.tag(view.revision()));
    }

    private Uni<Answer> decide(Call call) {
        String clientId = AskedClients.key("client_id", call.query("client_id"));
        if (call.tokenOrNull() != null) {
            // Callers without a token were counted at the door; this is open to agents as well, and they are many.
            rates.spendAddress(call.origin().address());
        }
        Serving serving = gate.servingOf(asked.of(clientId, call.tokenOrNull(), Stated.NOTHING));
        Map<String, Object> document =
                RolloutDocument.decision(clientId, serving, control.state().holdback());
        return Uni.createFrom().item(Answer.ok(document).with("Cache-Control", "no-store"));
    }

    private Uni<Answer> setTarget(Call call) {
        JsonNode body = Fields.object(call);
        return changed(control.setTarget(Fields.percentage(body), who(call), Fields.reason(body), ifMatch(call)));
    }

    private Uni<Answer> clearTarget(Call call) {
        return changed(control.clearTarget(who(call), Fields.reason(call), ifMatch(call)));
    }

    private Uni<Answer> setFlags(Call call) {
        JsonNode body = Fields.object(call);
        Boolean websocket = Fields.flag(body, "websocket_enabled");
        Boolean fallback = Fields.flag(body, "fallback_enabled");
        if (websocket == null && fallback == null) {
            throw SluiceException.invalid("websocket_enabled", "given, unless fallback_enabled is");
        }
        return changed(control.setFlags(websocket, fallback, who(call), Fields.reason(body), ifMatch(call)));
    }

    private Uni<Answer> changed(Uni<RolloutState> change) {
        return change.map(state -> inForce());
    }

    private Uni<Answer> history(Call call) {
        int limit = call.query("limit", 100, 1, MAX_PAGE);
        return control.history(before(call), limit).map(rows -> page(rows, limit));
    }

    private static long before(Call call) {
        String text = call.query("before");
        if (text == null) {
            return Long.MAX_VALUE;
        }
        if (!text.matches("\\d{1,18}")) {
            throw SluiceException.invalid("before", "the id of a row");
        }
        return Long.parseLong(text);
    }

    private static Answer page(List<AuditEntry> rows, int limit) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("history", rows.stream().map(RolloutDocument::audit).toList());
        if (rows.size() == limit) {
            answer.put("next", rows.get(limit - 1).id());
        }
        return Answer.ok(answer);
    }

    /** Who changes something, as the audit log names them. */
    static String who(Call call) {
        return "token:" + call.token().name();
    }

    static @Nullable Long ifMatch(Call call) {
        return Revision.ifMatch(call.header("If-Match"));
    }
}
