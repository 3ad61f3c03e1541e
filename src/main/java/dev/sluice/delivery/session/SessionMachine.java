package dev.sluice.delivery.session;

import dev.sluice.core.Disconnect;
import dev.sluice.delivery.session.SessionState.Attached;
import dev.sluice.delivery.session.SessionState.Closed;
import dev.sluice.delivery.session.SessionState.Detached;
import java.util.List;

/**
 * The transitions of a session as pure functions: state and event in, state and effects out. {@link Session} sets the
 * state first and runs the effects after, in order.
 */
final class SessionMachine {
    private SessionMachine() {}

    /** What a transition asks the session to do. */
    sealed interface Effect {
        /** Tell the old attachment's connection that it was taken over. */
        record Fence(Attachment old) implements Effect {}

        /** Close the attachment's transport. */
        record Close(Attachment attachment, Disconnect why) implements Effect {}

        /** Send what is due. */
        record Flush() implements Effect {}

        /** The attachment was lost: let the mailbox offer elsewhere what it had handed out. */
        record Release() implements Effect {}

        /** Tell the owner that the session is over. */
        record Bury(Disconnect why) implements Effect {}
    }

    record Step(SessionState next, List<Effect> effects) {
        static Step to(SessionState next, Effect... effects) {
            return new Step(next, List.of(effects));
        }
    }

    /** A newer transport arrives and its resume point is covered. The newest attachment wins in every state. */
    static Step attach(SessionState now, Attachment fresh) {
        return switch (now.kind()) {
            case OPENING, DETACHED -> Step.to(new Attached(fresh), new Effect.Flush());
            case ATTACHED ->
                Step.to(new Attached(fresh), new Effect.Fence(((Attached) now).attachment()), new Effect.Flush());
            case CLOSED -> Step.to(now, new Effect.Close(fresh, Disconnect.SESSION_GONE));
        };
    }

    /** A transport ended. Only the present attachment's end counts: that of a fenced one is void. */
    static Step ended(SessionState now, Attachment gone, Attachment.End end, long expiresAt) {
        if (!(now instanceof Attached attached) || attached.attachment() != gone) {
            return Step.to(now);
        }
        return end == Attachment.End.LOST
                ? Step.to(new Detached(expiresAt), new Effect.Release())
                : Step.to(new Detached(expiresAt));
    }

    /** The gateway takes the connection away and keeps the session, e.g. from a slow consumer. */
    static Step disconnect(SessionState now, Disconnect why, long expiresAt) {
        if (!(now instanceof Attached attached)) {
            return Step.to(now);
        }
        return Step.to(new Detached(expiresAt), new Effect.Close(attached.attachment(), why), new Effect.Release());
    }

    /** The session ends, by its owner's word or by its deadline. */
    static Step close(SessionState now, Disconnect why) {
        return switch (now.kind()) {
            case OPENING, DETACHED -> Step.to(new Closed(why), new Effect.Release(), new Effect.Bury(why));
            case ATTACHED ->
                Step.to(
                        new Closed(why),
                        new Effect.Close(((Attached) now).attachment(), why),
                        new Effect.Release(),
                        new Effect.Bury(why));
            case CLOSED -> Step.to(now);
        };
    }

    /** Time passed. */
    static Step tick(SessionState now, long millis) {
        long deadline =
                switch (now.kind()) {
                    case OPENING -> ((SessionState.Opening) now).expiresAt();
                    case DETACHED -> ((Detached) now).expiresAt();
                    case ATTACHED, CLOSED -> Long.MAX_VALUE;
                };
        return millis >= deadline ? close(now, Disconnect.SESSION_GONE) : Step.to(now);
    }
}
