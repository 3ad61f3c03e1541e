package dev.sluice.delivery.command;

import dev.sluice.core.TransportKind;
import dev.sluice.delivery.mailbox.Resume;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.Pipe;
import dev.sluice.delivery.session.Session;
import dev.sluice.delivery.session.SessionState;
import dev.sluice.delivery.session.Supersessions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One agent replica: its session, its view of the cluster's commands, and what is known of how it polls. On the
 * cluster's home.
 */
public final class AgentSession {
    private final Session session;
    private final CommandMailbox mailbox;
    private final Supersessions supersessions = new Supersessions();
    private @Nullable TransportKind lastTransport;
    private long lastPollAt;
    private long lastPoll;
    private boolean lastPollAnswered;

    AgentSession(Session session, CommandMailbox mailbox) {
        this.session = session;
        this.mailbox = mailbox;
    }

    public Session session() {
        return session;
    }

    public CommandMailbox mailbox() {
        return mailbox;
    }

    /** Whether a WebSocket is attached. */
    public boolean onWebSocket() {
        return session.state().kind() == SessionState.Kind.ATTACHED && lastTransport == TransportKind.WEBSOCKET;
    }

    /** What it was attached over last; null before the first time. */
    public @Nullable TransportKind lastTransport() {
        return lastTransport;
    }

    /** Whether taking a live WebSocket over once more would be two agents with one identity. */
    public boolean duplicateIdentity(long now) {
        return onWebSocket() && supersessions.tooMany(now);
    }

    /** Attaches a WebSocket: everything unacknowledged goes out at once, before anything newer. */
    public @Nullable Attachment attachWebSocket(Pipe pipe, long now) {
        noteSupersession(now);
        mailbox.attachesBy(TransportKind.WEBSOCKET);
        Attachment attached = session.attach(pipe, Resume.LAST_ACKNOWLEDGED);
        if (attached != null) {
            lastTransport = TransportKind.WEBSOCKET;
        }
        return attached;
    }

    /**
     * Attaches one poll. Polls less than three intervals apart are one attachment: without {@code after} they get what
     * is new or past its lease.
     *
     * @param after the cursor the client named, or null
     * @param settles whether the agent ever settled a command by itself; one that never did says with this poll that
     *     it has the last answer
     * @return null where {@code after} was never handed out
     */
    public @Nullable Attachment attachPoll(
            Pipe pipe, @Nullable Long after, boolean settles, Duration interval, long now) {
        boolean polledBefore = lastTransport == TransportKind.POLLING;
        if (polledBefore && after == null && !settles && lastPollAnswered) {
            mailbox.acknowledgeHandedOut(now);
        }
        boolean goesOn =
                polledBefore && now - lastPollAt < interval.multipliedBy(3).toMillis();
        Resume from = after != null ? Resume.after(after) : goesOn ? Resume.CONTINUE : Resume.LAST_ACKNOWLEDGED;
        boolean supersedes = onWebSocket();
        lastPollAnswered = false;
        mailbox.attachesBy(TransportKind.POLLING);
        Attachment attached = session.attach(pipe, from);
        if (attached != null) {
            if (supersedes) {
                supersessions.happened(now);
            }
            lastTransport = TransportKind.POLLING;
            lastPollAt = now;
            lastPoll = attached.generation();
        }
        return attached;
    }

    /**
     * That poll's answer was accepted by the socket. Void once there is a newer poll: what that one hands out must not
     * count as received because an older answer went through.
     */
    public void pollAnswered(Attachment poll) {
        if (poll.generation() == lastPoll) {
            lastPollAnswered = true;
        }
    }

    /** A poll was answered, with or without commands: the time to the next one runs from here, however long it waited. */
    public void polled(long now) {
        lastPollAt = now;
    }

    private void noteSupersession(long now) {
        if (onWebSocket()) {
            supersessions.happened(now);
        }
    }
}
