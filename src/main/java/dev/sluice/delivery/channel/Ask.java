package dev.sluice.delivery.channel;

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
    /** Whether its subscription begins with it. */
    boolean isFirst;

    Ask(
            Subscription subscription,
            @Nullable String requestId,
            @Nullable StreamPosition since,
            boolean storesFirst,
            Requests.Ticket ticket,
            Answers<Subscribed> answers) {
        this.subscription = subscription;
        this.requestId = requestId;
        this.since = since;
        this.storesFirst = storesFirst;
        this.ticket = ticket;
        this.answers = answers;
    }

    /** Whether it has to have the session's catching up for itself. */
    boolean isAlone() {
        return since != null || storesFirst;
    }
}
