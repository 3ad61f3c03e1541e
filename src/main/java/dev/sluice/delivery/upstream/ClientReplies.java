package dev.sluice.delivery.upstream;

import dev.sluice.core.Payload;
import io.smallrye.mutiny.Uni;
import java.util.List;

/** What the application says to one client alone, in return for what it heard of it. Any thread; never blocks. */
@FunctionalInterface
public interface ClientReplies {

    /** @param args a JSON array */
    record Reply(String event, Payload args) {}

    /**
     * Emits these events to that client, in order. Where it is gone by then nobody hears of them.
     *
     * @param to the public name that its protocol told the application: {@code sid}
     * @return answered once they are kept for the client; fails, with none of them said, where its protocol cannot say
     *     one of them
     */
    Uni<Void> say(String to, List<Reply> replies);
}
