package dev.sluice.delivery.scenario;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.FakeTransport;
import dev.sluice.delivery.channel.Answers;
import dev.sluice.delivery.channel.AttachResult;
import dev.sluice.delivery.channel.Attributes;
import dev.sluice.delivery.channel.ChannelPolicy.Overflow;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.delivery.channel.Client;
import dev.sluice.delivery.channel.Connection;
import dev.sluice.delivery.channel.Gap;
import dev.sluice.delivery.channel.NewPublication;
import dev.sluice.delivery.channel.Placed;
import dev.sluice.delivery.channel.PresenceChange;
import dev.sluice.delivery.channel.Publication;
import dev.sluice.delivery.channel.Reply;
import dev.sluice.delivery.channel.ResumeAt;
import dev.sluice.delivery.channel.SessionCursor;
import dev.sluice.delivery.channel.StreamPosition;
import dev.sluice.delivery.channel.Subscribe;
import dev.sluice.delivery.channel.Subscribed;
import dev.sluice.delivery.channel.Unsubscribed;
import dev.sluice.delivery.mailbox.Message;
import dev.sluice.delivery.mailbox.Outbound;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.Batch;
import dev.sluice.delivery.session.Pipe;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.session.SessionState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One client with channels: what it has, what it asked for, and how it minds the rules. */
final class ChannelActor {
    private record Asked(String kind, String channel, @Nullable StreamPosition since, String data) {}

    final String name;
    final StoryHome home;
    private final ChannelStory story;
    private final Script script;
    private @Nullable ChannelSession session;
    private @Nullable SessionId id;
    private boolean gatewayDied;
    /** Whether its session had ended before that. */
    private boolean wasOver;

    /** It was not back since. */
    private boolean wasKilled;

    private int lives;
    private int requests;

    @Nullable
    FakeTransport line;

    private @Nullable Attachment attachment;
    private ChannelView view = new ChannelView();
    private @Nullable String cursor;
    private final Map<String, ChannelView> at = new HashMap<>();
    private final Map<String, Asked> asked = new LinkedHashMap<>();
    /** What it asked for, in this life of its. */
    private final Set<String> wanted = new HashSet<>();
    /** Where it was in channels that it left. */
    private final Map<String, StreamPosition> left = new HashMap<>();

    private final List<Accepted> accepted = new ArrayList<>();

    private int handed;
    private int received;

    ChannelActor(ChannelStory story, String name, StoryHome home) {
        this.story = story;
        this.script = story.script;
        this.name = name;
        this.home = home;
    }

    // ---- connections

    void attach(TransportKind kind) {
        ResumeAt from = resume();
        if (session == null || session.state() == SessionState.Kind.CLOSED) {
            open();
            from = ResumeAt.LAST_ACKNOWLEDGED;
        }
        FakeTransport fresh = FakeTransport.of(kind, 1 + script.below(3));
        fresh.onSend(batch -> {
            script.say("  %s is handed %s", name, new Script.Frames(batch.frames()));
            script.check(line == fresh, "a fenced %s was written to", kind.wire());
            handed++;
        });
        ChannelSession on = session;
        Pipe pipe = new Pipe(fresh, out -> encode(on, out), script.oneOf(1, 2, 100), 1 << 20, () -> {});
        FakeTransport before = line;
        line = fresh;
        Connection connection = new Connection(
                "owner",
                pipe,
                place -> {
                    handed = 0;
                    received = 0;
                    goOnFrom(place);
                },
                farewell -> {});
        script.say("%s attaches %s %s %s", name, kind.wire(), from.kind(), from.cursor());
        ResumeAt resumeAt = from;
        AttachResult[] result = new AttachResult[1];
        home.here(() -> {
            result[0] = on.attach(connection, resumeAt);
            fresh.bind(result[0].attachment());
        });
        if (result[0].kind() == AttachResult.Kind.LOST && wasKilled && mayHaveLost()) {
            script.say("%s had not read that it lost something when the gateway died: 410", name);
            line = null;
            session = null;
            attach(kind);
            return;
        }
        wasKilled = false;
        if (result[0].kind() != AttachResult.Kind.ATTACHED) {
            line = before;
            script.check(false, "refused: %s", result[0].kind());
        }
        attachment = result[0].attachment();
        repeatRequests();
    }

    private boolean mayHaveLost() {
        boolean ofWhatItHas = view.channels.entrySet().stream()
                .anyMatch(each -> story.mayBeGone(each.getKey(), each.getValue().offset() + 1));
        // It may have been answered, and told of a loss behind that, and have read neither.
        return ofWhatItHas || wanted.stream().anyMatch(channel -> story.mayBeGone(channel, 1));
    }

    private void open() {
        id = new SessionId(name + "-" + ++lives);
        script.say("%s opens %s", name, id.value());
        home.here(() -> session = story.sessions()
                .open(home, id, new Client("owner", name, "story", Payload.text("{}"), Attributes.of(""))));
        at.clear();
        asked.clear();
        wanted.clear();
        view = new ChannelView();
        cursor = null;
        accepted.clear();
    }

    private ResumeAt resume() {
        if (gatewayDied) {
            gatewayDied = false;
            wasKilled = true;
            session = cursor == null ? null : story.restored(home, id);
            boolean mustBeThere = !wasOver
                    && view.channels.keySet().stream().anyMatch(each -> story.isDurable(each) && !isLeaving(each));
            script.check(session != null || !mustBeThere, "%s lost its session", name);
            return cursor == null ? ResumeAt.LAST_ACKNOWLEDGED : ResumeAt.after(SessionCursor.parse(cursor));
        }
        boolean has = handed == received && line != null && !line.isHalfOpen();
        if (has && script.chance(20)) {
            return ResumeAt.CONTINUE;
        }
        return cursor == null || script.chance(12)
                ? ResumeAt.LAST_ACKNOWLEDGED
                : ResumeAt.after(SessionCursor.parse(cursor));
    }

    /**
     * The gateway says from where it goes on: there the client has to have been. After a rebuild that has a position of
     * its own, and the place of the cursor that was accepted then.
     */
    private void goOnFrom(SessionCursor place) {
        String text = place.text();
        if (text.equals(cursor)) {
            noteAccepted(place);
            return;
        }
        ChannelView there = at.get(text);
        boolean again = false;
        if (there == null) {
            for (Accepted before : accepted) {
                if (before.isWhere(place)) {
                    there = before.view();
                    again = true;
                }
            }
        }
        if (there == null && place.seq() == 0) {
            there = new ChannelView();
        }
        script.check(there != null, "%s is to go on from %s, where it never was", name, text);
        view = there.copy();
        cursor = at.containsKey(text) || again ? text : null;
        noteAccepted(place);
    }

    private void noteAccepted(SessionCursor place) {
        accepted.add(new Accepted(place, view.copy()));
        at.put(place.text(), view.copy());
    }

    /** A cursor that the gateway went on from, and what the client had there. */
    private record Accepted(SessionCursor cursor, ChannelView view) {
        boolean isWhere(SessionCursor place) {
            boolean sameException = cursor.subscription() == place.subscription() && cursor.offset() == place.offset();
            if (cursor.epoch().equals(place.epoch())) {
                return cursor.mark().equals(place.mark()) && sameException && cursor.seq() <= place.seq();
            }
            // Of volatile channels a later life knows no place.
            return cursor.mark().durablePosition() == place.mark().durablePosition()
                    && place.mark().volatilePosition() == 0
                    && (sameException || place.subscription() == SessionCursor.NONE);
        }
    }

    private void repeatRequests() {
        asked.forEach((request, what) -> {
            if (!view.answered.contains(request)) {
                ask(request, what);
            }
        });
    }

    void cut() {
        if (line != null && line.isOpen()) {
            script.say("%s is cut", name);
            home.here(line::cut);
        }
    }

    void cutUnnoticed() {
        if (line != null && !line.isPoll()) {
            script.say("%s is cut and nobody notices", name);
            line.cutUnnoticed();
            handed++;
        }
    }

    /** A request for less is repeated in the next life; what else was not answered is not known to have happened. */
    void gatewayDied() {
        line = null;
        wasOver = session != null && session.state() == SessionState.Kind.CLOSED;
        session = null;
        gatewayDied = id != null;
        asked.values().removeIf(what -> !what.kind().equals("unsubscribe"));
    }

    boolean isAttached() {
        return line != null && line.isOpen() && session != null && session.state() == SessionState.Kind.ATTACHED;
    }

    /** A client that was closed, or answered, comes back. */
    void comeBack() {
        if (!isAttached() || line.isHalfOpen()) {
            attach(
                    line != null && line.isPoll() && script.chance(80)
                            ? TransportKind.POLLING
                            : script.oneOf(TransportKind.values()));
        }
    }

    boolean accept() {
        if (line == null || !line.hasWrites()) {
            return false;
        }
        FakeTransport on = line;
        boolean[] took = new boolean[1];
        home.here(() -> took[0] = on.acceptOne());
        return took[0];
    }

    boolean receive() {
        Batch batch = line == null ? null : line.receiveOne();
        if (batch == null) {
            return false;
        }
        received++;
        batch.frames().forEach(frame -> received(frame.asString()));
        return true;
    }

    void acknowledge() {
        if (attachment != null && session != null && cursor != null && line != null && !line.isPoll()) {
            script.say("%s acknowledges %s", name, cursor);
            SessionCursor upTo = SessionCursor.parse(cursor);
            Attachment on = attachment;
            home.here(() -> session.acknowledge(on, upTo));
        }
    }

    void cutDown() {
        if (session != null) {
            home.here(() -> story.memoryRunsShort(home));
        }
    }

    // ---- requests

    void subscribe(String channel, boolean fromThePast) {
        StreamPosition since = null;
        ChannelView.At now = view.channels.get(channel);
        if (fromThePast) {
            since = now != null ? new StreamPosition(now.epoch(), now.offset()) : left.get(channel);
            since = since != null && since.offset() < 0 ? null : since;
        }
        wanted.add(channel);
        request(new Asked("subscribe", channel, since, ""));
    }

    void unsubscribe(String channel) {
        request(new Asked("unsubscribe", channel, null, ""));
    }

    void publish(String channel, String data, boolean except) {
        request(new Asked("publish", channel, null, except ? data + "!" + id.value() : data));
    }

    private void request(Asked what) {
        if (session == null || session.state() == SessionState.Kind.CLOSED) {
            return;
        }
        String request = "r" + ++requests;
        if (what.kind().equals("publish")) {
            story.model.attempted(what.channel());
        }
        asked.put(request, what);
        ask(request, what);
    }

    private void ask(String request, Asked what) {
        ChannelName channel = new ChannelName(what.channel());
        script.say("%s asks %s %s %s since %s", name, request, what.kind(), what.channel(), what.since());
        home.here(() -> {
            switch (what.kind()) {
                case "subscribe" ->
                    session.subscribe(
                            request,
                            new Subscribe(channel, what.since(), what.channel().startsWith("p")),
                            answers(request));
                case "unsubscribe" -> session.unsubscribe(request, channel, answers(request));
                default -> {
                    boolean except = what.data().contains("!");
                    session.publish(
                            request,
                            new NewPublication(
                                    channel,
                                    "e",
                                    Payload.text(what.data()),
                                    story.keyOf(what.data()),
                                    except ? id : null,
                                    null),
                            story.placed(request, what.channel(), what.data()));
                }
            }
        });
    }

    private <T extends Message> Answers<T> answers(String request) {
        return new Answers<>() {
            @Override
            public Message done(T outcome) {
                return outcome;
            }

            @Override
            public Message failed(SluiceException why) {
                return new Reply(Payload.text("failed|" + request + "|" + why.code()), 0);
            }
        };
    }

    // ---- what comes

    private static Payload encode(ChannelSession on, Outbound out) {
        String place = SessionCursor.of(on.epoch(), out).text() + "|";
        Message what = Placed.unwrap(out.message());
        if (what instanceof Publication p) {
            return Payload.text(place + "event|" + p.channel() + "|" + p.epoch() + "|" + p.offset() + "|"
                    + p.data().asString());
        }
        if (what instanceof Subscribed s) {
            return Payload.text(place + "subscribed|" + s.channel() + "|"
                    + s.place().epoch() + "|" + s.place().offset() + "|" + s.recovered() + "|" + s.requestId());
        }
        if (what instanceof Unsubscribed u) {
            return Payload.text(place + "unsubscribed|" + u.channel() + "|" + u.requestId());
        }
        if (what instanceof Gap g) {
            return Payload.text(place + "gap|" + g.channel() + "|" + g.epoch() + "|" + g.from() + "|" + g.to());
        }
        if (what instanceof PresenceChange c) {
            return Payload.text(place + "presence|" + c.channel() + "|" + c.action());
        }
        return Payload.text(place + ((Reply) what).frame().asString());
    }

    private void received(String frame) {
        String[] parts = frame.split("\\|");
        switch (parts[1]) {
            case "event" -> event(parts[2], parts[3], Long.parseLong(parts[4]), parts[5]);
            case "subscribed" ->
                subscribed(parts[2], parts[3], Long.parseLong(parts[4]), Boolean.parseBoolean(parts[5]), parts[6]);
            case "unsubscribed" -> {
                if (view.answered.add(parts[3]) || parts[3].equals("null")) {
                    ChannelView.At was = view.channels.remove(parts[2]);
                    if (was != null) {
                        left.put(parts[2], new StreamPosition(was.epoch(), was.offset()));
                    }
                }
            }
            case "gap" -> gap(parts[2], parts[3], Long.parseLong(parts[4]), Long.parseLong(parts[5]));
            case "presence" ->
                script.check(view.channels.containsKey(parts[2]), "presence of %s before it was subscribed", parts[2]);
            default -> view.answered.add(parts[2]);
        }
        cursor = parts[0];
        at.put(cursor, view.copy());
    }

    private void event(String channel, String epoch, long offset, String data) {
        story.model.isAt(channel, epoch, offset, data);
        ChannelView.At now = view.channels.get(channel);
        script.check(now != null, "%s got %s %d before it was subscribed", name, channel, offset);
        script.check(now.epoch().equals(epoch), "%s got %s of another epoch", name, channel);
        Long replay = view.replays.remove(channel);
        long has = replay != null && offset <= now.offset() ? replay : now.offset();
        script.check(offset > has, "doubled: %s got %s %d where it has %d", name, channel, offset, has);
        boolean next = offset == has + 1
                || has < 0
                || offset <= view.gaps.getOrDefault(channel, -1L) + 1
                || story.policy(channel).overflow() == Overflow.CONFLATE;
        if (!next) {
            script.check(story.hasHoles(channel), "a silent gap: %s got %s %d after %d", name, channel, offset, has);
            story.model.skipped(name, id.value(), channel, epoch, has + 1, offset - 1);
        }
        view.channels.put(channel, new ChannelView.At(epoch, offset));
    }

    /** What was dropped may be filled in all the same, where the history is read again. */
    private void gap(String channel, String epoch, long from, long to) {
        ChannelView.At now = view.channels.get(channel);
        script.check(now != null && now.epoch().equals(epoch), "a gap in a channel that is not subscribed");
        long known = Math.max(now.offset(), view.gaps.getOrDefault(channel, -1L));
        script.check(
                from > now.offset() && from <= known + 1 && to >= from, "a gap %d to %d at %d", from, to, now.offset());
        script.check(story.policy(channel).overflow() == Overflow.DROP_OLDEST, "a gap in %s", channel);
        view.gaps.put(channel, to);
    }

    private void subscribed(String channel, String epoch, long offset, boolean recovered, String request) {
        ChannelView.At now = view.channels.get(channel);
        boolean unasked = request.equals("null");
        if (!unasked && !view.answered.add(request)) {
            return;
        }
        Asked what = unasked ? null : asked.get(request);
        if (what != null && what.since() != null) {
            if (recovered) {
                script.check(epoch.equals(what.since().epoch()), "recovered over two epochs");
                recovered(channel, now, what.since());
            } else {
                boolean gone = !epoch.equals(what.since().epoch())
                        || what.since().offset() > offset
                        || story.mayBeGone(channel, what.since().offset() + 1);
                lost(request, channel, new ChannelView.At(epoch, offset), gone, what.since());
            }
        } else if (!recovered) {
            Long replay = view.replays.get(channel);
            long has = replay != null ? replay : now == null ? -1 : now.offset();
            boolean gone = now == null || !epoch.equals(now.epoch()) || story.mayBeGone(channel, has + 1);
            lost(request, channel, new ChannelView.At(epoch, offset), gone, has);
        } else if (now == null) {
            script.check(!unasked || story.wasRestarted(), "%s was subscribed to %s unasked", name, channel);
            view.channels.put(channel, new ChannelView.At(epoch, unasked ? -1 : offset));
        } else if (!unasked && now.offset() < 0) {
            view.channels.put(channel, new ChannelView.At(epoch, offset));
        } else if (!unasked) {
            script.check(
                    now.offset() == offset
                            || isLeaving(channel)
                            || isOlderThanALeave(request, channel)
                            || story.policy(channel).overflow() != Overflow.CLOSE
                            || story.hasHoles(channel),
                    "%s was answered %s %d where it has %d",
                    name,
                    channel,
                    offset,
                    now.offset());
        } else {
            view.channels.put(channel, new ChannelView.At(epoch, now.offset()));
        }
    }

    /** What it has beyond that place it has, whether that is replayed or was with what another request asked for. */
    private void recovered(String channel, ChannelView.@Nullable At now, StreamPosition since) {
        if (now != null && now.epoch().equals(since.epoch()) && now.offset() > since.offset()) {
            view.replays.put(channel, since.offset());
        } else {
            view.replays.remove(channel);
            view.channels.put(channel, new ChannelView.At(since.epoch(), since.offset()));
        }
    }

    /** It is told that something is missing: that has to be so, or of no consequence. */
    private void lost(String request, String channel, ChannelView.At place, boolean gone, Object from) {
        boolean nothingNew = !request.equals("null")
                && (isOlderThanALeave(request, channel) || number(request) <= view.lost.getOrDefault(channel, 0));
        script.check(gone || nothingNew, "%s was told that %s is lost from %s on", name, channel, from);
        view.replays.remove(channel);
        view.lost.put(channel, requests);
        view.channels.put(channel, place);
    }

    /** Then it asked to leave the channel later, and is not owed what it had asked for before. */
    private boolean isOlderThanALeave(String request, String channel) {
        return asked.entrySet().stream()
                .anyMatch(each -> each.getValue().kind().equals("unsubscribe")
                        && each.getValue().channel().equals(channel)
                        && number(each.getKey()) > number(request));
    }

    private static int number(String request) {
        return Integer.parseInt(request.substring(1));
    }

    /** Whether it said that it wants no more of the channel: from then on nothing of it is owed. */
    private boolean isLeaving(String channel) {
        return asked.entrySet().stream()
                .anyMatch(each -> each.getValue().kind().equals("unsubscribe")
                        && each.getValue().channel().equals(channel)
                        && !view.answered.contains(each.getKey()));
    }

    // ---- the end

    Map<String, ChannelView.At> channels() {
        return view.channels;
    }

    @Nullable
    ChannelSession session() {
        return session;
    }
}
