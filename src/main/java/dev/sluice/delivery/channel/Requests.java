package dev.sluice.delivery.channel;

import dev.sluice.delivery.mailbox.Message;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one session that are remembered with their answers, so that a repeat has no second effect. The oldest
 * answered ones go first. On the session's home.
 */
final class Requests {
    /** One request; answered once. */
    final class Ticket {
        private final @Nullable String id;
        private boolean answered;
        private @Nullable Message answer;

        private Ticket(@Nullable String id) {
            this.id = id;
        }

        /** Remembers the answer; false where there was one already. */
        boolean answer(@Nullable Message said) {
            if (answered) {
                return false;
            }
            answered = true;
            answer = said;
            if (id != null) {
                bytes += weight(this);
                forgetBeyondBounds();
            }
            return true;
        }

        boolean isAnswered() {
            return answered;
        }

        @Nullable
        Message said() {
            return answer;
        }
    }

    private static final int OVERHEAD = 96;

    private final int maxCount;
    private final long maxBytes;
    private @Nullable Map<String, Ticket> byId;
    private long bytes;

    Requests(int maxCount, long maxBytes) {
        this.maxCount = maxCount;
        this.maxBytes = maxBytes;
    }

    /** What was begun under that id; null where nothing was. */
    @Nullable
    Ticket find(@Nullable String id) {
        return id == null || byId == null ? null : byId.get(id);
    }

    Ticket begin(@Nullable String id) {
        Ticket ticket = new Ticket(id);
        if (id != null) {
            if (byId == null) {
                byId = new LinkedHashMap<>();
            }
            byId.put(id, ticket);
            forgetBeyondBounds();
        }
        return ticket;
    }

    private static long weight(Ticket ticket) {
        Message said = ticket.said();
        int id = ticket.id == null ? 0 : ticket.id.length();
        return OVERHEAD + id + (said == null ? 0 : said.bytes());
    }

    private void forgetBeyondBounds() {
        Map<String, Ticket> all = byId;
        if (all == null || all.size() <= maxCount && bytes <= maxBytes) {
            return;
        }
        for (Iterator<Ticket> oldest = all.values().iterator();
                oldest.hasNext() && (all.size() > maxCount || bytes > maxBytes); ) {
            Ticket ticket = oldest.next();
            if (ticket.isAnswered()) {
                bytes -= weight(ticket);
                oldest.remove();
            }
        }
    }
}
