package dev.sluice.delivery.channel;

import dev.sluice.delivery.mailbox.Message;
import org.jspecify.annotations.Nullable;

/** One request to subscribe that waits for its answer. On the session's home. */
final class Ask {
    final Subscription subscription;
    final @Nullable String requestId;
    final @Nullable StreamPosition since;
    final Requests.Ticket ticket;
    final Answers<Subscribed> answers;
    /** Whether the session has to be stored before the answer. */
    boolean storesFirst;

    boolean isStored;
    /** What it was answered already; null where it was not. */
    @Nullable
    Message said;
    /** Whether it was answered, and its client never heard of that. */
    boolean isAgain;
    /** Then, where its client wanted to begin; null where it named no place. */
    @Nullable
    StreamPosition named;

    Ask(
            Subscription subscription,
            @Nullable String requestId,
            @Nullable StreamPosition since,
            Requests.Ticket ticket,
            Answers<Subscribed> answers) {
        this.subscription = subscription;
        this.requestId = requestId;
        this.since = since;
        this.ticket = ticket;
        this.answers = answers;
    }

    /** Whether it has to have the session's catching up for itself. */
    boolean isAlone() {
        return since != null || storesFirst;
    }
}
