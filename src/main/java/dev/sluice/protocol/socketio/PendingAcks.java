package dev.sluice.protocol.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the gateway asked one client and is not answered so far. On the connection's home. */
public final class PendingAcks {
    static final long FULL = -1;
    private static final int MOST = 1_000;

    /** Why there is no answer. */
    public enum Why {
        DISCONNECTED,
        TIMEOUT,
        /** Too many are awaited already. */
        TOO_MANY
    }

    /** Told once what the client answered. */
    public interface Answer {
        /** @param args binary in them is said in base64 */
        void given(JsonNode args);

        void missing(Why why);
    }

    private record Pending(long deadline, Answer answer) {}

    /** Most clients are never asked anything. */
    private Map<Long, Pending> byId = Map.of();

    private long next;

    /** @return the id to ask with, or {@link #FULL}, said to the asker already */
    long expect(long deadline, Answer answer) {
        if (byId.size() >= MOST) {
            answer.missing(Why.TOO_MANY);
            return FULL;
        }
        if (byId.isEmpty()) {
            byId = new LinkedHashMap<>();
        }
        byId.put(next, new Pending(deadline, answer));
        return next++;
    }

    void answered(long id, JsonNode args) {
        Pending pending = byId.isEmpty() ? null : byId.remove(id);
        if (pending != null) {
            pending.answer().given(args);
        }
    }

    void tick(long now) {
        if (byId.isEmpty()) {
            return;
        }
        List<Pending> late = new ArrayList<>();
        byId.values().removeIf(pending -> now >= pending.deadline() && late.add(pending));
        late.forEach(pending -> pending.answer().missing(Why.TIMEOUT));
    }

    void disconnected() {
        List<Pending> all = List.copyOf(byId.values());
        byId = Map.of();
        all.forEach(pending -> pending.answer().missing(Why.DISCONNECTED));
    }
}
