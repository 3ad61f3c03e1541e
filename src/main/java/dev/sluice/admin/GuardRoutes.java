package dev.sluice.admin;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.edge.http.Access;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.rollout.control.AuditEntry;
import dev.sluice.rollout.control.RolloutControl;
import dev.sluice.rollout.watch.GuardView;
import dev.sluice.rollout.watch.Watch;
import io.smallrye.mutiny.Uni;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What operators say to the guard's plan, and how one of its decisions is reached again. */
final class GuardRoutes {
    private static final String ADMIN = "/api/v1/admin/rollout";

    private final RolloutControl control;
    private final Watch watch;

    GuardRoutes(RolloutControl control, Watch watch) {
        this.control = control;
        this.watch = watch;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post(ADMIN + "/pause", Access.ADMIN, call -> said(call, watch::pause)),
                Endpoint.post(ADMIN + "/resume", Access.ADMIN, call -> said(call, watch::resume)),
                Endpoint.post(ADMIN + "/abort", Access.ADMIN, call -> said(call, watch::abort)),
                Endpoint.post(ADMIN + "/promote", Access.ADMIN, call -> said(call, watch::promote)),
                Endpoint.get(ADMIN + "/history/{id}/replay", Access.ADMIN, this::replay));
    }

    /** One word of an operator's. */
    @FunctionalInterface
    private interface Word {
        Uni<GuardView> say(String who, @Nullable String why);
    }

    private Uni<Answer> said(Call call, Word word) {
        return word.say(RolloutRoutes.who(call), Fields.reason(call)).map(guard -> {
            Map<String, Object> document = RolloutDocument.view(control.view(), control.state(), guard);
            return Answer.ok(document).with("ETag", Revision.tag(control.state().revision()));
        });
    }

    private Uni<Answer> replay(Call call) {
        long id = id(call);
        return control.history(id + 1, 1).map(rows -> {
            AuditEntry row = rows.isEmpty() ? null : rows.get(0);
            if (row == null || row.id() != id) {
                throw new SluiceException(ProblemCode.NOT_FOUND, "there is no such row");
            }
            if (row.figures() == null) {
                throw new SluiceException(ProblemCode.NOT_FOUND, "the row is no decision on figures");
            }
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("id", row.id());
            answer.put("at", row.at());
            answer.putAll(DeliberationText.replay(row.figures()));
            return Answer.ok(answer);
        });
    }

    private static long id(Call call) {
        String text = call.path("id");
        if (!text.matches("\\d{1,18}")) {
            throw SluiceException.invalid("id", "the id of a row");
        }
        return Long.parseLong(text);
    }
}
