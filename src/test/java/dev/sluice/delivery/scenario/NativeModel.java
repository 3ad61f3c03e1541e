package dev.sluice.delivery.scenario;

import dev.sluice.core.Payload;
import dev.sluice.delivery.Letter;
import dev.sluice.delivery.Pipes;
import dev.sluice.delivery.mailbox.MailboxLimits;
import dev.sluice.delivery.mailbox.Resume;
import dev.sluice.delivery.session.Batch;
import dev.sluice.delivery.session.SessionLimits;
import dev.sluice.delivery.session.SessionState;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the delivery rules say of one session with cumulative acknowledgements: a list of what was published and a set
 * of what was sent and not acknowledged. It decides what must be handed over next, and which resume points are held.
 */
final class NativeModel {
    private final Script script;
    private final MailboxLimits limits;
    private final SessionLimits deadlines;
    private final List<Letter> published = new ArrayList<>();
    private final TreeSet<Long> unacknowledged = new TreeSet<>();
    private long lastSent;
    private long acknowledged;
    private long floor = 1;
    private long unsentFrom = 1;
    /** What the present attachment has to be handed next. */
    private long next = 1;

    private SessionState.Kind stand = SessionState.Kind.OPENING;
    private long deadline;
    private long stalledSince;
    private @Nullable Line current;

    NativeModel(Script script, MailboxLimits limits, SessionLimits deadlines, long now) {
        this.script = script;
        this.limits = limits;
        this.deadlines = deadlines;
        this.deadline = now + deadlines.openTimeout().toMillis();
    }

    /** Whether the unsent zone has no room: then the offer is refused and changes nothing. */
    boolean full(Letter letter) {
        long frames = published.size() - unsentFrom + 1;
        return frames > 0 && (frames >= limits.maxFrames() || unsentBytes() + letter.bytes() > limits.maxBytes());
    }

    void published(Letter letter) {
        published.add(letter);
    }

    /** Whether the rules hold what follows that resume point. */
    boolean covers(Resume from) {
        if (stand == SessionState.Kind.CLOSED) {
            return false;
        }
        long after = start(from);
        return after >= floor - 1 && after <= lastSent;
    }

    private long start(Resume from) {
        return switch (from.kind()) {
            case AFTER -> from.position();
            case LAST_ACKNOWLEDGED -> acknowledged;
            case CONTINUE -> next - 1;
        };
    }

    /** To be told before the session is, since an attach sends at once. */
    void attached(Line line, Resume from) {
        next = start(from) + 1;
        if (from.kind() == Resume.Kind.AFTER) {
            settle(from.position());
        }
        current = line;
        stand = SessionState.Kind.ATTACHED;
        stalledSince = 0;
    }

    void handed(Line line, Batch batch) {
        script.check(line == current, "a fenced %s was written to", line.name);
        script.check(!batch.frames().isEmpty(), "an empty batch");
        for (Payload frame : batch.frames()) {
            long position = Pipes.position(frame);
            script.check(position == next, "handed %d where %d is next", position, next);
            script.check(position > line.after, "doubled: %d was covered by after=%d", position, line.after);
            script.check(position > acknowledged, "%d again after its acknowledgement", position);
            script.check(position <= published.size(), "%d was never published", position);
            script.check(name(position).equals(Pipes.name(frame)), "another frame in the place of %d", position);
            next++;
            if (position > lastSent) {
                lastSent = position;
                unsentFrom = position + 1;
                unacknowledged.add(position);
            }
        }
        script.check(
                batch.cursor() == next - 1,
                "the cursor %d covers more or less than the frames up to %d",
                batch.cursor(),
                next - 1);
        stalledSince = 0;
        while (unacknowledged.size() > limits.maxFrames() || sentBytes() > limits.maxBytes()) {
            floor = unacknowledged.pollFirst() + 1;
        }
    }

    /** The client said so, on that line. Void from any but the present one. */
    void acknowledged(Line line, long position) {
        if (line == current && position > acknowledged && position <= lastSent) {
            settle(position);
        }
    }

    private void settle(long position) {
        if (position <= acknowledged) {
            return;
        }
        acknowledged = position;
        floor = Math.max(floor, position + 1);
        unacknowledged.headSet(position, true).clear();
        next = Math.max(next, position + 1);
    }

    /** The line ended. Void from any but the present one. */
    void ended(Line line, long now) {
        if (line == current) {
            detached(now);
        }
    }

    void detached(long now) {
        current = null;
        stand = SessionState.Kind.DETACHED;
        deadline = now + deadlines.grace().toMillis();
    }

    void cutDown() {
        unacknowledged.clear();
        floor = published.size() + 1L;
        unsentFrom = floor;
    }

    void ticked(long now) {
        boolean waits = stand == SessionState.Kind.OPENING || stand == SessionState.Kind.DETACHED;
        if (waits && now >= deadline) {
            stand = SessionState.Kind.CLOSED;
        }
        if (current == null || current.transport.writable() || !isDue()) {
            stalledSince = 0;
        } else if (stalledSince == 0) {
            stalledSince = now;
        } else if (now - stalledSince >= deadlines.stall().toMillis()) {
            detached(now);
        }
    }

    boolean isDue() {
        return next <= published.size();
    }

    SessionState.Kind stand() {
        return stand;
    }

    @Nullable
    Line current() {
        return current;
    }

    long floor() {
        return floor;
    }

    long acknowledged() {
        return acknowledged;
    }

    long cursor() {
        return next - 1;
    }

    long lastSent() {
        return lastSent;
    }

    int publishedCount() {
        return published.size();
    }

    String name(long position) {
        return published.get((int) position - 1).name();
    }

    long heldBytes() {
        return sentBytes() + unsentBytes();
    }

    private long sentBytes() {
        return unacknowledged.stream()
                .mapToLong(position -> published.get((int) (position - 1)).bytes())
                .sum();
    }

    private long unsentBytes() {
        return published.subList((int) unsentFrom - 1, published.size()).stream()
                .mapToLong(Letter::bytes)
                .sum();
    }
}
