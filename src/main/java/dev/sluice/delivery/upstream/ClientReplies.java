package dev.sluice.delivery.upstream;

import dev.sluice.core.Payload;

/** What the application says to one client alone, in return for what it heard of it. Any thread; never blocks. */
@FunctionalInterface
public interface ClientReplies {

    /**
     * Emits an event to that client. Where it is gone by then nobody hears of it.
     *
     * @param to the public name that its protocol told the application: {@code sid}
     * @param args a JSON array
     */
    void say(String to, String event, Payload args);
}
