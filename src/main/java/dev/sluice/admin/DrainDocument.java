package dev.sluice.admin;

import dev.sluice.rollout.decision.RolloutState;
import dev.sluice.rollout.drain.DrainCause;
import dev.sluice.rollout.drain.DrainProgress;
import dev.sluice.rollout.drain.Headcount;
import dev.sluice.rollout.drain.Share;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who moves, who would, and who followed, as JSON shows it. Pure. */
final class DrainDocument {
    private DrainDocument() {}

    static Map<String, @Nullable Object> progress(DrainProgress progress) {
        DrainCause cause = progress.cause();
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("state", progress.state().wire());
        document.put("reason", cause == null ? null : cause.wire());
        document.put("since", progress.since());
        document.put("total", progress.total());
        document.put("drained", progress.drained());
        document.put("stayed", progress.stayed());
        document.put("remaining", progress.remaining());
        return document;
    }

    static Map<String, Object> share(Share share) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("present", share.present());
        document.put("assigned", share.assigned());
        document.put("able", share.able());
        document.put("connected", share.connected());
        document.put("at", share.at());
        return document;
    }

    /** @param then what the answer is about; its target is the one asked for */
    static Map<String, Object> preview(RolloutState then, Map<String, Headcount> byProtocol) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("percentage", then.target().value());
        document.put("effective", then.effective().value());
        document.put("revision", then.revision());
        document.putAll(counts(byProtocol.values().stream().reduce(Headcount.NOBODY, Headcount::plus)));
        Map<String, Object> protocols = new LinkedHashMap<>();
        byProtocol.forEach((protocol, count) -> protocols.put(protocol, counts(count)));
        document.put("by_protocol", protocols);
        return document;
    }

    private static Map<String, Object> counts(Headcount count) {
        Map<String, Object> present = new LinkedHashMap<>();
        present.put("total", count.present());
        present.put("websocket", count.websocket());
        present.put("polling", count.polling());
        Map<String, Object> moves = new LinkedHashMap<>();
        moves.put("total", count.toPolling() + count.toWebsocket());
        moves.put("websocket_to_polling", count.toPolling());
        moves.put("polling_to_websocket", count.toWebsocket());
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("present", present);
        document.put("moves", moves);
        document.put("assigned", count.assigned());
        document.put("connected", count.connected());
        document.put("would_be_assigned", count.wouldBeAssigned());
        return document;
    }
}
