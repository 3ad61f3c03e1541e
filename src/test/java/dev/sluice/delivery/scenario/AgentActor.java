package dev.sluice.delivery.scenario;

import dev.sluice.core.Payload;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.FakeTransport;
import dev.sluice.delivery.Pipes;
import dev.sluice.delivery.command.AgentSession;
import dev.sluice.delivery.command.CommandQueue;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.Batch;
import dev.sluice.delivery.session.Pipe;
import dev.sluice.delivery.session.SessionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One instance of an agent: what it has, what it knows of cursors, and the ways in which agents of all ages settle. */
final class AgentActor {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    /** How it says what it has. */
    private enum Style {
        BY_ID,
        BY_CURSOR,
        /** Nothing but its next poll. */
        NEVER
    }

    final String name;
    private final CommandStory story;
    private final Script script;
    private final List<Line> old = new ArrayList<>();
    private final List<UUID> unsettled = new ArrayList<>();
    private Style style;

    @Nullable
    Line line;

    private @Nullable AgentSession session;
    private @Nullable Line lastPoll;
    private boolean lastPollAnswered;
    private boolean polled;
    private long lastPollAt;
    private long cursor = -1;
    private long stalledSince;

    AgentActor(CommandStory story, String name) {
        this.story = story;
        this.script = story.script;
        this.name = name;
        this.style = script.oneOf(Style.values());
    }

    void attach(TransportKind kind) {
        CommandQueue queue = story.queue();
        if (queue == null) {
            script.say("%s is told 503", name);
            return;
        }
        if (session == null) {
            session = story.sessions.open(queue, name);
            polled = false;
        }
        if (kind == TransportKind.POLLING) {
            poll(session);
        } else {
            stream(session, kind);
        }
    }

    private void stream(AgentSession on, TransportKind kind) {
        script.say("%s attaches %s", name, kind.wire());
        Line fresh = line(kind, -1);
        story.model.release(name);
        polled = false;
        succeed(fresh);
        bind(fresh, on.attachWebSocket(pipe(fresh), story.clock.millis()));
    }

    private void poll(AgentSession on) {
        long now = story.clock.millis();
        boolean lies = script.chance(3);
        Long after = style == Style.BY_CURSOR && cursor >= 0 ? Long.valueOf(cursor) : null;
        if (lies) {
            after = story.model.all().size() + 1L + script.below(3);
        }
        boolean settles = style != Style.NEVER;
        script.say("%s polls after=%s", name, after);
        Line fresh = line(TransportKind.POLLING, after == null ? -1 : after);
        if (polled && after == null && !settles && lastPollAnswered) {
            story.model.pollsAgain(name, lastPoll, now);
        }
        lastPollAnswered = false;
        if (lies) {
            script.check(
                    on.attachPoll(pipe(fresh), after, settles, INTERVAL, now) == null,
                    "a cursor beyond anything handed out was accepted");
            return;
        }
        if (after != null) {
            story.model.after(name, story.alone() && name.isEmpty(), after);
        } else if (!polled || now - lastPollAt >= INTERVAL.multipliedBy(3).toMillis()) {
            story.model.release(name);
        }
        polled = true;
        lastPollAt = now;
        lastPoll = fresh;
        succeed(fresh);
        bind(fresh, on.attachPoll(pipe(fresh), after, settles, INTERVAL, now));
    }

    private Line line(TransportKind kind, long after) {
        Line fresh = new Line(FakeTransport.of(kind, 1 + script.below(3)), after);
        fresh.transport.onSend(batch -> {
            script.check(fresh == line, "a fenced %s was written to", fresh.name);
            story.handed(this, fresh, batch);
        });
        return fresh;
    }

    private Pipe pipe(Line fresh) {
        return Pipes.of(fresh.transport, script.oneOf(1, 2, 100), () -> fresh.fenced++);
    }

    /** From here on the fresh line counts; an attach sends at once. */
    private void succeed(Line fresh) {
        if (line != null) {
            old.add(line);
        }
        line = fresh;
        stalledSince = 0;
    }

    private void bind(Line fresh, @Nullable Attachment made) {
        script.check(made != null, "%s was refused although nothing is lost", name);
        fresh.attachment = made;
        fresh.transport.bind(made);
    }

    void acceptWrites(@Nullable Line on) {
        while (on != null && on.transport.hasWrites()) {
            script.say("%s of %s accepts a write", on.name, name);
            boolean present = on == line;
            if (on.isPoll() && present) {
                line = null;
                old.add(on);
            }
            on.transport.acceptOne();
            if (on.isPoll() && session != null) {
                session.pollAnswered(on.attachment);
                lastPollAnswered |= on == lastPoll;
            }
            if (style == Style.NEVER && on == lastPoll) {
                // By the contract its next poll says that it has this answer, so for it a lost answer is lost.
                receiveOne(on);
            }
        }
    }

    void receive(@Nullable Line on) {
        while (receiveOne(on)) {}
        // What a poll was answered is received on a line that is no longer attached.
        if (on == null && lastPoll != null) {
            while (receiveOne(lastPoll)) {}
        }
    }

    boolean receiveOne(@Nullable Line on) {
        Batch batch = on == null ? null : on.transport.receiveOne();
        if (batch == null) {
            return false;
        }
        script.say("%s receives %d commands, cursor %d", name, batch.frames().size(), batch.cursor());
        for (Payload frame : batch.frames()) {
            UUID id = UUID.fromString(Pipes.name(frame).split("#")[0]);
            story.model.order(id).received = true;
            if (!unsettled.contains(id)) {
                unsettled.add(id);
            }
        }
        if (on.isPoll() && on == lastPoll) {
            cursor = batch.cursor();
        }
        return true;
    }

    /** Only the way of the agent's age; one that settles by cursor has none on a stream. */
    void settleOne() {
        boolean byId = style == Style.BY_ID || (style == Style.BY_CURSOR && line != null && !line.isPoll());
        if (byId && !unsettled.isEmpty()) {
            story.settle(unsettled.remove(script.below(unsettled.size())), script.chance(40));
        }
    }

    void settleAll() {
        while (style == Style.BY_ID && !unsettled.isEmpty()) {
            settleOne();
        }
    }

    void lose() {
        if (line != null) {
            script.say("%s loses its %s", name, line.name);
            Line lost = line;
            line = null;
            old.add(lost);
            story.model.release(name);
            lost.transport.cut();
        }
    }

    /** It receives nothing any more and nobody notices. An agent that settles by polling on cannot be helped then. */
    void goDeaf() {
        if (line != null && style != Style.NEVER) {
            script.say("%s of %s goes deaf", line.name, name);
            line.transport.cutUnnoticed();
        }
    }

    void pollAgain() {
        if (line != null && !line.isPoll()) {
            return;
        }
        acceptWrites(line);
        // The answer to a poll is read before the next one is made, or it is not read at all.
        if (lastPoll != null && (style == Style.NEVER || script.chance(80))) {
            receive(lastPoll);
        }
        attach(TransportKind.POLLING);
    }

    void talk() {
        if (!old.isEmpty()) {
            talkOn(old.get(script.below(old.size())));
        }
    }

    /** An old connection goes on as if nothing had happened. */
    void talkOn(@Nullable Line on) {
        if (on == null || on == line) {
            return;
        }
        switch (script.below(3)) {
            case 0 -> {
                // An answer that nobody waits for any more is not read.
                acceptWrites(on);
                if (!on.isPoll()) {
                    receive(on);
                }
            }
            case 1 -> {
                script.say("the old %s of %s ends", on.name, name);
                on.transport.cut();
            }
            default -> on.attachment.acknowledge(1_000);
        }
    }

    void killed() {
        if (line != null) {
            old.add(line);
        }
        old.clear();
        line = null;
        session = null;
        lastPoll = null;
        lastPollAnswered = false;
        polled = false;
    }

    void beforeTick() {
        stalledSince = line == null || line.transport.writable() ? 0 : stalledSince;
    }

    /** Deadlines: a session past its grace and a stalled connection let go of what they hold. */
    void ticked() {
        if (line != null && line.transport.closedWith() != null) {
            script.say("%s is closed as %s", name, line.transport.closedWith());
            old.add(line);
            line = null;
            story.model.release(name);
        }
        if (session != null && session.session().state().kind() == SessionState.Kind.CLOSED) {
            script.say("the session of %s is over", name);
            story.model.sessionOver(name);
            session = null;
            polled = false;
            old.clear();
            lastPoll = null;
            lastPollAnswered = false;
        }
    }

    /** For the end of a story: it reads everything and settles it. */
    void behave() {
        style = Style.BY_ID;
    }

    void drain() {
        if (line == null) {
            attach(TransportKind.WEBSOCKET);
        }
        do {
            acceptWrites(line);
            receive(line);
        } while (line != null && line.transport.hasWrites());
        settleAll();
    }
}
