package dev.sluice.edge.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.status.PipelineList;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaggedTest {
    private static final PipelineList NONE = new PipelineList(List.of(), Instant.MAX);
    private static final PipelinePage.Rendered PAGE = new PipelinePage.Rendered(NONE, "[]", "one");
    private static final Map<String, Object> OWN = Map.of("mode", "polling");

    private final Tagged tagged = Tagged.of(PAGE, OWN);

    @Test
    void isOneDocument() {
        assertThat(tagged.body().asString()).isEqualTo("{\"pipelines\":[],\"mode\":\"polling\"}");
    }

    @Test
    void anotherPageAndAnotherClientHaveAnotherTag() {
        assertThat(Tagged.of(PAGE, OWN).tag()).isEqualTo(tagged.tag());
        assertThat(Tagged.of(new PipelinePage.Rendered(NONE, "[]", "two"), OWN).tag())
                .isNotEqualTo(tagged.tag());
        assertThat(Tagged.of(PAGE, Map.of("mode", "websocket")).tag()).isNotEqualTo(tagged.tag());
    }

    @Test
    void isKnownByItsTagAmongOthersAndWeaklyToo() {
        assertThat(List.of(tagged.tag(), "W/" + tagged.tag(), "\"x\", " + tagged.tag() + " ,\"y\"", "*"))
                .allMatch(tagged::isKnown);
        assertThat(List.of("", "\"x\"", tagged.tag().replace("\"", ""))).noneMatch(tagged::isKnown);
        assertThat(tagged.isKnown(null)).isFalse();
    }
}
