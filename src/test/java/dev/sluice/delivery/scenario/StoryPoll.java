package dev.sluice.delivery.scenario;

import dev.sluice.core.Payload;
import dev.sluice.delivery.session.Transport.Completion;
import dev.sluice.protocol.engineio.EngineErrors;
import dev.sluice.protocol.engineio.EnginePoll;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A GET in slow motion: it waits, is answered, the socket takes the answer, the client reads it. */
final class StoryPoll implements EnginePoll {
    private final Script script;
    private final Consumer<List<Payload>> onAnswer;
    private @Nullable List<Payload> packets;
    private @Nullable Completion done;
    private boolean taken;

    @Nullable
    EngineErrors refused;

    /** @param onAnswer told before anything else happens to the answer */
    StoryPoll(Script script, Consumer<List<Payload>> onAnswer) {
        this.script = script;
        this.onAnswer = onAnswer;
    }

    @Override
    public void answer(List<Payload> said, Completion told) {
        script.check(packets == null && refused == null, "a GET was answered twice");
        script.check(!said.isEmpty(), "a GET was answered with nothing");
        packets = List.copyOf(said);
        done = told;
        onAnswer.accept(said);
    }

    @Override
    public void refuse(EngineErrors why) {
        script.check(packets == null && refused == null, "a GET was answered twice");
        refused = why;
    }

    boolean isAnswered() {
        return packets != null;
    }

    /** The socket takes the answer. */
    boolean accept() {
        if (done == null) {
            return false;
        }
        Completion told = done;
        done = null;
        taken = true;
        told.done(true);
        return true;
    }

    /** The answer cannot be written any more. */
    boolean fail() {
        if (done == null) {
            return false;
        }
        Completion told = done;
        done = null;
        told.done(false);
        return true;
    }

    /** What the client reads; null while there is nothing. */
    @Nullable
    List<Payload> read() {
        return taken ? packets : null;
    }
}
