package dev.sluice.delivery.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Disconnect;
import dev.sluice.delivery.session.SessionMachine.Effect;
import dev.sluice.delivery.session.SessionMachine.Step;
import dev.sluice.delivery.session.SessionState.Attached;
import dev.sluice.delivery.session.SessionState.Closed;
import dev.sluice.delivery.session.SessionState.Detached;
import dev.sluice.delivery.session.SessionState.Kind;
import dev.sluice.delivery.session.SessionState.Opening;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every state × every event: the whole machine in one table. */
class SessionMachineTest {
    private static final Disconnect WHY = Disconnect.SLOW_CONSUMER;
    private static final Disconnect GONE = Disconnect.SESSION_GONE;

    private final Attachment present = attachment(1);
    private final Attachment fresh = attachment(2);
    private final Attachment fenced = attachment(0);

    private final Map<Kind, SessionState> states = new EnumMap<>(Map.of(
            Kind.OPENING, new Opening(10),
            Kind.ATTACHED, new Attached(present),
            Kind.DETACHED, new Detached(10),
            Kind.CLOSED, new Closed(WHY)));

    private final Map<String, Function<SessionState, Step>> events = new LinkedHashMap<>();

    {
        events.put("attach", now -> SessionMachine.attach(now, fresh));
        events.put("lost", now -> SessionMachine.ended(now, present, Attachment.End.LOST, 99));
        events.put("answered", now -> SessionMachine.ended(now, present, Attachment.End.ANSWERED, 99));
        events.put("fenced lost", now -> SessionMachine.ended(now, fenced, Attachment.End.LOST, 99));
        events.put("fenced answered", now -> SessionMachine.ended(now, fenced, Attachment.End.ANSWERED, 99));
        events.put("disconnect", now -> SessionMachine.disconnect(now, WHY, 99));
        events.put("close", now -> SessionMachine.close(now, WHY));
        events.put("tick before the deadline", now -> SessionMachine.tick(now, 9));
        events.put("tick at the deadline", now -> SessionMachine.tick(now, 10));
    }

    private Step expected(Kind state, String event) {
        SessionState now = states.get(state);
        Step stays = Step.to(now);
        Effect close = new Effect.Close(present, WHY);
        Effect release = new Effect.Release();
        Effect flush = new Effect.Flush();
        Step expires = Step.to(new Closed(GONE), release, new Effect.Bury(GONE));
        return switch (state + " " + event) {
            case "OPENING attach", "DETACHED attach" -> Step.to(new Attached(fresh), flush);
            case "ATTACHED attach" -> Step.to(new Attached(fresh), new Effect.Fence(present), flush);
            case "CLOSED attach" -> Step.to(now, new Effect.Close(fresh, GONE));
            case "ATTACHED lost" -> Step.to(new Detached(99), release);
            case "ATTACHED answered" -> Step.to(new Detached(99));
            case "ATTACHED disconnect" -> Step.to(new Detached(99), close, release);
            case "OPENING close", "DETACHED close" -> Step.to(new Closed(WHY), release, new Effect.Bury(WHY));
            case "ATTACHED close" -> Step.to(new Closed(WHY), close, release, new Effect.Bury(WHY));
            case "OPENING tick at the deadline", "DETACHED tick at the deadline" -> expires;
            default -> stays;
        };
    }

    @TestFactory
    Stream<DynamicTest> takesEveryEventInEveryState() {
        return states.keySet().stream().flatMap(state -> events.keySet().stream()
                .map(event -> DynamicTest.dynamicTest(
                        state + ": " + event, () -> assertThat(events.get(event).apply(states.get(state)))
                                .isEqualTo(expected(state, event)))));
    }

    @Test
    void knowsEveryState() {
        assertThat(states).hasSize(Kind.values().length);
    }

    /** The machine only compares attachments, so they need no session. */
    @SuppressWarnings("NullAway")
    private static Attachment attachment(long generation) {
        return new Attachment(null, null, generation);
    }
}
