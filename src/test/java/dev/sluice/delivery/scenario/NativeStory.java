package dev.sluice.delivery.scenario;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.DirectHome;
import dev.sluice.delivery.FakeTransport;
import dev.sluice.delivery.Letter;
import dev.sluice.delivery.ManualClock;
import dev.sluice.delivery.Pipes;
import dev.sluice.delivery.mailbox.Mailbox;
import dev.sluice.delivery.mailbox.MailboxLimits;
import dev.sluice.delivery.mailbox.MemoryMailbox;
import dev.sluice.delivery.mailbox.Resume;
import dev.sluice.delivery.session.Batch;
import dev.sluice.delivery.session.Session;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.session.SessionLimits;
import dev.sluice.delivery.session.SessionObserver;
import dev.sluice.delivery.session.SessionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One client with a cumulative cursor, from its first connection to the last frame, with a cut in the middle. */
final class NativeStory {
    private static final SessionLimits DEADLINES =
            new SessionLimits(Duration.ofSeconds(10), Duration.ofMinutes(2), Duration.ofSeconds(30));
    private static final MailboxLimits ROOMY = MailboxLimits.DEFAULT;
    private static final MailboxLimits TIGHT = new MailboxLimits(300, 9, Duration.ofSeconds(30));

    private final Script script;
    private final ManualClock clock = new ManualClock();
    private final DirectHome home = new DirectHome();
    private final MailboxLimits limits;
    private final List<Line> old = new ArrayList<>();
    private NativeModel model;
    private MemoryMailbox mailbox;
    private Session session;
    private int letters;
    /** The client keeps one number: the cursor up to which it has everything. */
    private long has;

    private boolean mayContinue;

    NativeStory(Script script) {
        this.script = script;
        this.limits = script.chance(70) ? ROOMY : TIGHT;
        open();
    }

    static void play(CutPoint cut, TransportKind from, TransportKind to, long seed) {
        Script script = new Script("native %s from %s to %s".formatted(cut, from.wire(), to.wire()), seed);
        NativeStory story = new NativeStory(script);
        try {
            story.tell(cut, from, to);
            script.failIfBroken();
        } catch (RuntimeException e) {
            script.failIfBroken();
            throw script.failed("an exception: " + e, e);
        }
    }

    private void tell(CutPoint cut, TransportKind from, TransportKind to) {
        some(3, this::publish);
        attach(from);
        some(12, this::anything);
        ensure(from);
        cutAt(cut, from, to);
        some(12, this::anything);
        heal();
    }

    private void some(int most, Runnable step) {
        for (int i = script.below(most + 1); i > 0; i--) {
            step.run();
            holds();
        }
    }

    private void open() {
        model = new NativeModel(script, limits, DEADLINES, clock.millis());
        mailbox = new MemoryMailbox(limits);
        session = new Session(new SessionId("s"), home, mailbox, DEADLINES, clock, SessionObserver.NONE, buried -> {});
        has = 0;
        mayContinue = false;
    }

    // ---- the moments at which the connection is lost

    private void cutAt(CutPoint cut, TransportKind from, TransportKind to) {
        script.say("— %s", cut);
        Line first = model.current();
        switch (cut) {
            case BEFORE_THE_WRITE -> {
                some(4, this::publish);
                lose(first);
            }
            case AFTER_THE_WRITE -> {
                some(4, this::publish);
                accept(first);
                lose(first);
            }
            case HALF_RECEIVED -> {
                publish();
                publish();
                accept(first);
                receiveOne(first);
                lose(first);
            }
            case BEFORE_THE_ACKNOWLEDGEMENT -> {
                some(4, this::publish);
                accept(first);
                receive(first);
                lose(first);
            }
            case DURING_AN_ATTACH -> {
                publish();
                publish();
                attach(to);
                accept(first);
                receive(first);
                talk(first);
            }
            case RESPONSE_LOST_UNNOTICED -> {
                first.transport.cutUnnoticed();
                some(4, this::publish);
                accept(first);
            }
            case BOTH_ATTACHED -> {
                attach(to);
                some(4, this::anything);
                talk(first);
            }
            case SUPERSEDED -> {
                attach(to);
                publish();
                attach(from);
                talk(first);
            }
            case CLEAN -> {
                accept(first);
                receive(first);
                acknowledge(first, has);
                lose(first);
            }
            case AWAY_FOR_LONG -> {
                lose(first);
                pass(Duration.ofSeconds(110));
                publish();
                pass(Duration.ofSeconds(script.oneOf(5, 10, 60)));
            }
            case KILLED -> throw new IllegalArgumentException("a session in memory ends with its gateway");
        }
        holds();
        attach(to);
    }

    /** The first connection of the cut has to be of its kind and alive. */
    private void ensure(TransportKind kind) {
        for (int i = 0; i < 3; i++) {
            Line line = model.current();
            if (line != null && line.transport.kind() == kind && !line.transport.isHalfOpen()) {
                return;
            }
            attach(kind);
        }
        while (model.current() == null) {
            attach(TransportKind.WEBSOCKET);
        }
    }

    // ---- what may happen at any time

    private void anything() {
        Line line = model.current();
        switch (script.below(15)) {
            case 0, 1, 2 -> publish();
            case 3 -> accept(line);
            case 4 -> acceptOne(line);
            case 5 -> receive(line);
            case 6 -> receiveOne(line);
            case 7 -> acknowledge(line, has);
            case 8 -> acknowledge(line, script.upTo(has));
            case 9 -> acknowledge(line, model.lastSent() + 1 + script.below(3));
            case 10 -> pass(Duration.ofSeconds(script.oneOf(1, 1, 5, 20, 31)));
            case 11 -> attach(script.oneOf(TransportKind.values()));
            case 12 -> talk(old.isEmpty() ? null : old.get(script.below(old.size())));
            case 13 -> {
                if (script.chance(25)) {
                    lose(line);
                } else if (script.chance(10)) {
                    script.say("memory runs short");
                    cutDown(session::cutDown);
                }
            }
            default -> pollAgain(line);
        }
    }

    private void publish() {
        Letter letter = new Letter("m" + ++letters, script.oneOf(10, 20, 60, 60));
        boolean full = model.full(letter);
        Mailbox.Offered offered = mailbox.offer(letter);
        script.say("publish %s (%d bytes): %s", letter.name(), letter.bytes(), offered);
        script.check((offered == Mailbox.Offered.OVERFLOW) == full, "the bound of the unsent zone is elsewhere");
        if (full) {
            cutDown(session::overflowed);
            return;
        }
        model.published(letter);
        session.wake();
    }

    private void cutDown(Runnable how) {
        Line line = model.current();
        how.run();
        if (line != null) {
            script.check(
                    line.transport.closedWith() == Disconnect.SLOW_CONSUMER, "a slow consumer that was not closed");
            model.detached(clock.millis());
            old.add(line);
        }
        model.cutDown();
    }

    private void attach(TransportKind kind) {
        attach(kind, resume());
    }

    private void attach(TransportKind kind, Resume from) {
        script.say("attach %s %s %d", kind.wire(), from.kind(), from.position());
        Line previous = model.current();
        boolean covered = model.covers(from);
        Line line = new Line(
                FakeTransport.of(kind, 1 + script.below(3)), from.kind() == Resume.Kind.AFTER ? from.position() : -1);
        line.transport.onSend(batch -> {
            script.say("  %s is handed %s", line.name, new Script.Frames(batch.frames()));
            model.handed(line, batch);
        });
        if (covered) {
            model.attached(line, from);
        }
        mayContinue = false;
        line.session = session;
        line.attachment = session.attach(Pipes.of(line.transport, script.oneOf(1, 2, 100), () -> fenced(line)), from);
        line.transport.bind(line.attachment);
        script.check(
                (line.attachment != null) == covered,
                covered ? "refused although everything is held" : "accepted although the place is lost");
        if (!covered) {
            refused(from);
        } else if (previous != null) {
            old.add(previous);
            script.check(previous.fenced == 1, "the old %s was told %d times", previous.name, previous.fenced);
        }
    }

    private Resume resume() {
        int choice = script.below(100);
        if (mayContinue && choice < 50) {
            return Resume.CONTINUE;
        }
        if (choice < 80) {
            return Resume.after(has);
        }
        if (choice < 92) {
            return Resume.LAST_ACKNOWLEDGED;
        }
        return Resume.after(choice < 96 ? script.upTo(has) : model.lastSent() + 1 + script.below(3));
    }

    private void refused(Resume from) {
        boolean honest = from.kind() != Resume.Kind.AFTER || from.position() == has;
        if (honest) {
            script.say("  410: the client takes a new session");
            Line line = model.current();
            if (line != null) {
                old.add(line);
                session.close(Disconnect.SESSION_GONE);
            }
            open();
        }
    }

    private void fenced(Line line) {
        line.fenced++;
        script.say("  the old %s is fenced", line.name);
    }

    private void accept(Line line) {
        while (acceptOne(line)) {}
    }

    /** The socket takes a write: a WebSocket may be handed more at once, a poll is over. */
    private boolean acceptOne(Line line) {
        if (line == null || !line.transport.hasWrites()) {
            return false;
        }
        script.say("%s accepts a write", line.name);
        if (line.isPoll()) {
            model.ended(line, clock.millis());
        }
        return line.transport.acceptOne();
    }

    private void receive(Line line) {
        while (receiveOne(line)) {}
    }

    private boolean receiveOne(Line line) {
        Batch batch = line == null ? null : line.transport.receiveOne();
        if (batch == null) {
            return false;
        }
        script.say("the client receives up to %d on %s", batch.cursor(), line.name);
        if (!isOfThisSession(line)) {
            return true;
        }
        for (Payload frame : batch.frames()) {
            long position = Pipes.position(frame);
            script.check(position <= has + 1, "a silent gap: %d after %d", position, has);
            has = Math.max(has, position);
        }
        return true;
    }

    private boolean isOfThisSession(Line line) {
        return line.session == session;
    }

    private void acknowledge(Line line, long position) {
        if (line == null || line.transport.kind() != TransportKind.WEBSOCKET || !isOfThisSession(line)) {
            return;
        }
        script.say("ack %d on %s", position, line.name);
        model.acknowledged(line, position);
        line.attachment.acknowledge(position);
    }

    private void lose(Line line) {
        if (line == null) {
            return;
        }
        script.say("%s is cut", line.name);
        model.ended(line, clock.millis());
        line.transport.cut();
        old.add(line);
    }

    /** A client on polling asks again once it was answered, at once or with what it has. */
    private void pollAgain(Line line) {
        if (line != null && line.isPoll() && line.transport.isSpent()) {
            accept(line);
            boolean arrives = !line.transport.isHalfOpen();
            receive(line);
            if (script.chance(10)) {
                script.say("memory runs short between two polls");
                publish();
                cutDown(session::cutDown);
            }
            mayContinue = arrives && script.chance(50);
            attach(TransportKind.POLLING);
        }
    }

    /** An old connection has not noticed that it is old; nothing it says may count. */
    private void talk(Line line) {
        if (line == null || line == model.current()) {
            return;
        }
        switch (script.below(5)) {
            case 0 -> acceptOne(line);
            case 1 -> receive(line);
            case 2 -> acknowledge(line, has);
            case 3 -> acknowledge(line, model.lastSent());
            default -> {
                script.say("the old %s ends", line.name);
                line.transport.cut();
            }
        }
    }

    private void pass(Duration time) {
        script.say("%d s pass", time.toSeconds());
        clock.advance(time);
        Line line = model.current();
        model.ticked(clock.millis());
        session.tick(clock.millis());
        if (line != null && model.current() == null) {
            script.check(line.transport.closedWith() == Disconnect.SLOW_CONSUMER, "a stalled transport was kept");
            old.add(line);
        }
    }

    // ---- what has to hold

    private void holds() {
        script.check(
                session.state().kind() == model.stand(),
                "the session is %s, by the rules %s",
                session.state().kind(),
                model.stand());
        if (model.stand() == SessionState.Kind.CLOSED) {
            return;
        }
        script.check(mailbox.floor() == model.floor(), "floor %d, by the rules %d", mailbox.floor(), model.floor());
        script.check(
                mailbox.heldBytes() == model.heldBytes(),
                "%d bytes held, by the rules %d",
                mailbox.heldBytes(),
                model.heldBytes());
        Line line = model.current();
        script.check(
                line == null || !line.transport.writable() || !model.isDue(),
                "a frame waits although the transport would take it");
    }

    /** Everything works from now on; then nothing may be missing, and nothing may come twice. */
    private void heal() {
        script.say("— heal");
        NativeModel before;
        do {
            before = model;
            attach(TransportKind.WEBSOCKET, Resume.after(has));
        } while (before != model);
        Line line = model.current();
        do {
            accept(line);
            receive(line);
        } while (line.transport.hasWrites());
        script.check(has == model.publishedCount(), "the client has %d of %d frames", has, model.publishedCount());
        acknowledge(line, has);
        holds();
        script.check(mailbox.heldBytes() == 0, "held after the last acknowledgement");
        Line last = new Line(FakeTransport.websocket(100), -1);
        last.transport.onSend(batch -> script.check(false, "sent again after the last acknowledgement"));
        script.check(
                session.attach(Pipes.of(last.transport, 100, () -> {}), Resume.LAST_ACKNOWLEDGED) != null,
                "refused although everything is acknowledged");
    }
}
