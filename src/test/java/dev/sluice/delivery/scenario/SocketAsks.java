package dev.sluice.delivery.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.protocol.socketio.PendingAcks;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What is emitted to a socket and makes sense on its connection alone: asked for an answer, or volatile. It comes once or
 * never, in order, and who asks is told once: what the client answered, or that there is no answer.
 */
final class SocketAsks {
    private final Script script;
    private final Set<String> said = new HashSet<>();
    private final Set<String> heard = new HashSet<>();
    private final Set<String> answered = new HashSet<>();
    private final Set<String> open = new HashSet<>();
    /** The last of its kind, by client. */
    private final Map<String, Integer> heardOf = new HashMap<>();

    SocketAsks(Script script) {
        this.script = script;
    }

    void says(String text) {
        said.add(text);
    }

    /** Who is to be told the answer to it. */
    PendingAcks.Answer asks(String text) {
        says(text);
        open.add(text);
        return new PendingAcks.Answer() {
            @Override
            public void given(JsonNode args) {
                settle(text);
                script.check(
                        answered.contains(text) && args.path(0).asText().equals(text),
                        "%s was answered with %s",
                        text,
                        args);
            }

            @Override
            public void missing(PendingAcks.Why why) {
                settle(text);
            }
        };
    }

    private void settle(String text) {
        script.check(open.remove(text), "whoever asked %s was told twice", text);
    }

    void killed() {
        open.clear();
    }

    /** @param text a letter for its kind, and a number */
    void hears(String client, String text) {
        script.check(said.contains(text), "%s was told %s, which nobody said", client, text);
        script.check(heard.add(text), "doubled: %s was told %s again", client, text);
        int number = Integer.parseInt(text.substring(1));
        Integer before = heardOf.put(client + text.charAt(0), number);
        script.check(before == null || before < number, "%s was told %s late", client, text);
    }

    void answers(String text) {
        answered.add(text);
    }

    void areSettled() {
        script.check(open.isEmpty(), "nobody was told the answer to %s", open);
    }
}
