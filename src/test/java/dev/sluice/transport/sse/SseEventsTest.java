package dev.sluice.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Payload;
import org.junit.jupiter.api.Test;

class SseEventsTest {

    @Test
    void anEventIsItsIdAndItsData() {
        assertThat(SseEvents.event("a.1", Payload.text("{\"x\":1}")).asString())
                .isEqualTo("id: a.1\ndata: {\"x\":1}\n\n");
    }

    /** A parser would take a bare line break for the end of the line, and two for the end of the event. */
    @Test
    void lineBreaksOfEveryKindStayWithinTheEvent() {
        assertThat(SseEvents.event("1", Payload.text("a\nb\r\nc\rd\n\ne")).asString())
                .isEqualTo("id: 1\ndata: a\ndata: b\ndata: c\ndata: d\ndata: \ndata: e\n\n");
    }

    @Test
    void emptyDataIsAnEventAllTheSame() {
        assertThat(SseEvents.event("1", Payload.text("")).asString()).isEqualTo("id: 1\ndata: \n\n");
    }

    @Test
    void commentsAndDelaysEndWithAnEmptyLine() {
        assertThat(SseEvents.comment("here").asString()).isEqualTo(": here\n\n");
        assertThat(SseEvents.retry(500).asString()).isEqualTo("retry: 500\n\n");
    }
}
