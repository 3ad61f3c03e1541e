package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.session.SessionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One channel of a broker in memory: its history, who listens, who is there. On the broker's home. */
final class ChannelLog {
    /** Whether the history can be used. */
    enum State {
        /** It is durable and has to be read first. */
        UNREAD,
        READING,
        READY
    }

    final ChannelName name;
    final ChannelPolicy policy;
    final List<HubLink> hubs = new ArrayList<>(2);
    State state;
    /** Told once it is ready, with null, or that it cannot be read now. */
    final List<Consumer<@Nullable Throwable>> waiting = new ArrayList<>(0);
    /** Durable batches under way that append here. */
    int appending;

    long usedAt;
    /** The floor that the stored history was last trimmed to. */
    long storedFloor = 1;

    private String epoch;
    private long head;
    private long headPosition;
    private final Ring history = new Ring();
    private long bytes;
    /** The position of the newest publication that is not held any more, or above it. */
    private long dropped;

    /** Which client each session that is present belongs to; null before the first. */
    private @Nullable Map<SessionId, String> present;

    private @Nullable Map<String, Present> members;

    private record Present(Member member, int sessions) {}

    /** @param epoch of this life, where none is stored */
    ChannelLog(ChannelName name, ChannelPolicy policy, String epoch, long now) {
        this.name = name;
        this.policy = policy;
        this.epoch = epoch;
        this.usedAt = now;
        this.state = policy.durable() ? State.UNREAD : State.READY;
    }

    StreamPosition head() {
        return new StreamPosition(epoch, head);
    }

    /** Takes over what is stored, and returns what is in there that was not known here. */
    List<Publication> read(DurableLog.@Nullable Stored stored) {
        state = State.READY;
        if (stored == null
                || stored.head().epoch().equals(epoch) && stored.head().offset() <= head) {
            return List.of();
        }
        boolean goesOn = stored.head().epoch().equals(epoch);
        long known = goesOn ? head : 0;
        List<Publication> unknown = new ArrayList<>();
        for (Publication publication : stored.publications()) {
            if (!goesOn || publication.offset() > known) {
                unknown.add(publication);
            }
        }
        long first =
                unknown.isEmpty() ? stored.head().offset() + 1 : unknown.get(0).offset();
        if (!goesOn || first != head + 1) {
            history.clear();
            bytes = 0;
            dropped = first == 1
                    ? 0
                    : unknown.isEmpty() ? stored.headPosition() : unknown.get(0).position() - 1;
            epoch = stored.head().epoch();
            head = first - 1;
            headPosition = dropped;
        }
        return unknown;
    }

    /** Appends what has its place already. */
    void add(Publication publication, long now) {
        head = publication.offset();
        headPosition = publication.position();
        history.addLast(publication);
        bytes += publication.bytes();
        usedAt = now;
        trim(now);
    }

    void trim(long now) {
        long oldest = now - policy.age().toMillis();
        while (!history.isEmpty()) {
            Publication first = history.first();
            if (history.size() <= policy.size() && bytes <= policy.bytes() && first.appendedAt() > oldest) {
                return;
            }
            history.removeFirst();
            bytes -= first.bytes();
            dropped = first.position();
        }
    }

    /** The lowest offset that is held. */
    long floor() {
        return head - history.size() + 1;
    }

    boolean isEmpty() {
        return history.isEmpty();
    }

    HistoryPage page(long after, int limit, long now) {
        trim(now);
        long floor = floor();
        if (floor > after + 1) {
            return new HistoryPage(head(), floor, after, List.of());
        }
        long to = Math.min(head, after + limit);
        List<Publication> publications = new ArrayList<>((int) Math.max(0, to - after));
        for (long offset = after + 1; offset <= to; offset++) {
            publications.add(history.get((int) (offset - floor)));
        }
        return new HistoryPage(head(), floor, after, publications);
    }

    HistoryPage pageAfter(long position, int limit, long now) {
        trim(now);
        if (dropped > position) {
            return new HistoryPage(head(), floor(), HistoryPage.UNKNOWN, List.of());
        }
        int low = 0;
        int high = history.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (history.get(middle).position() <= position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return page(floor() + low - 1, limit, now);
    }

    long headPosition() {
        return headPosition;
    }

    // ---- presence

    boolean isDeserted() {
        return present == null || present.isEmpty();
    }

    List<Member> members() {
        return members == null
                ? List.of()
                : members.values().stream().map(Present::member).toList();
    }

    /** The member where it was not there before; null where it was. */
    @Nullable
    Member enter(SessionId session, Member member) {
        if (present == null || members == null) {
            present = new HashMap<>();
            members = new LinkedHashMap<>();
        }
        int more = present.put(session, member.clientId()) == null ? 1 : 0;
        Present there = members.get(member.clientId());
        if (there == null) {
            members.put(member.clientId(), new Present(member, more));
            return member;
        }
        Member now = new Member(
                member.clientId(),
                member.info(),
                member.transport(),
                there.member().since());
        members.put(member.clientId(), new Present(now, there.sessions() + more));
        return null;
    }

    /** The member where that was its last session; null where it was not. */
    @Nullable
    Member exit(SessionId session) {
        String client = present == null ? null : present.remove(session);
        Present there = client == null || members == null ? null : members.remove(client);
        if (there == null || members == null) {
            return null;
        }
        if (there.sessions() == 1) {
            return there.member();
        }
        members.put(client, new Present(there.member(), there.sessions() - 1));
        return null;
    }

    /** Publications by their distance from the oldest. */
    private static final class Ring {
        private @Nullable Publication[] slots = new Publication[4];
        private int start;
        private int size;

        boolean isEmpty() {
            return size == 0;
        }

        int size() {
            return size;
        }

        Publication first() {
            return get(0);
        }

        Publication get(int index) {
            Publication found = index < size ? slots[(start + index) & (slots.length - 1)] : null;
            if (found == null) {
                throw new IndexOutOfBoundsException(index);
            }
            return found;
        }

        void addLast(Publication publication) {
            if (size == slots.length) {
                @Nullable Publication[] wider = new Publication[size * 2];
                for (int i = 0; i < size; i++) {
                    wider[i] = get(i);
                }
                slots = wider;
                start = 0;
            }
            slots[(start + size++) & (slots.length - 1)] = publication;
        }

        void removeFirst() {
            slots[start] = null;
            start = (start + 1) & (slots.length - 1);
            size--;
        }

        void clear() {
            slots = new Publication[4];
            start = 0;
            size = 0;
        }
    }
}
