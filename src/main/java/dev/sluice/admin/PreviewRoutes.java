package dev.sluice.admin;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.edge.http.Access;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.edge.http.Endpoints;
import dev.sluice.rollout.control.RolloutControl;
import dev.sluice.rollout.decision.Flags;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.decision.RolloutState;
import dev.sluice.rollout.drain.Following;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;

/** {@code POST /api/v1/admin/rollout/preview}: whom another target would move, without moving anybody. */
public final class PreviewRoutes implements Endpoints {
    /** Everybody is asked on their own event loop; one that takes longer than this has other worries. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final RolloutControl control;
    private final Following following;

    public PreviewRoutes(RolloutControl control, Following following) {
        this.control = control;
        this.following = following;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.post("/api/v1/admin/rollout/preview", Access.OPERATOR, this::preview));
    }

    private Uni<Answer> preview(Call call) {
        Percentage target = Fields.percentage(Fields.object(call));
        RolloutState now = control.state();
        RolloutState then = withTarget(now, target);
        return following
                .count(now, then)
                .ifNoItem()
                .after(PATIENCE)
                .failWith(() -> new SluiceException(ProblemCode.INTERNAL, "Counting the clients took too long."))
                .map(counts -> Answer.ok(DrainDocument.preview(then, counts)));
    }

    /** As it would be if the target were that; the ceiling and everything else stay. */
    private static RolloutState withTarget(RolloutState now, Percentage target) {
        Flags flags = now.flags();
        return new RolloutState(
                new Flags(flags.websocketEnabled(), flags.fallbackEnabled(), target),
                now.ceiling(),
                now.holdback(),
                now.salt(),
                now.bucketing(),
                now.overrides(),
                now.revision());
    }
}
