package dev.sluice.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.rollout.decision.Bucketing;
import dev.sluice.rollout.decision.Flags;
import dev.sluice.rollout.decision.Overrides;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.decision.RolloutState;
import dev.sluice.testkit.Json;
import dev.sluice.webhook.CloudEventWriter;
import io.cloudevents.CloudEvent;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RolloutNotifierTest {
    private static final RolloutState STATE = new RolloutState(
            new Flags(true, true, new Percentage(5_000)),
            Percentage.ZERO,
            Percentage.ZERO,
            "salt",
            Bucketing.FLAGD,
            Overrides.NONE,
            7);

    private final List<CloudEvent> told = new ArrayList<>();
    private final RolloutNotifier notifier = new RolloutNotifier(
            new CloudEventWriter(URI.create("urn:sluice"), InstantSource.fixed(Instant.EPOCH)), () -> STATE, told::add);

    private JsonNode data() {
        assertThat(told).hasSize(1);
        return Json.read(new String(CloudEventWriter.write(told.get(0)), StandardCharsets.UTF_8))
                .path("data");
    }

    @Test
    void aMovedCeilingSaysWhoWhyAndOnWhichFigures() {
        notifier.ceilingChanged(
                Percentage.FULL,
                Percentage.ZERO,
                "guard",
                "connection success below 90 %",
                "{\"connection_success\":{\"n\":120}}");

        assertThat(told.get(0).getType()).isEqualTo("dev.sluice.rollout.ceiling");
        assertThat(data())
                .isEqualTo(
                        Json.read("{\"from\":100,\"to\":0,\"who\":\"guard\",\"why\":\"connection success below 90 %\","
                                + "\"figures\":{\"connection_success\":{\"n\":120}},\"target\":50,\"ceiling\":0,"
                                + "\"effective\":0,\"revision\":7}"));
    }

    @Test
    void aVerdictSaysWhatItIsOn() {
        notifier.verdictChanged("advance", "rollback", "too many failures", "{\"n\":1}");

        assertThat(told.get(0).getType()).isEqualTo("dev.sluice.rollout.verdict");
        assertThat(data().path("from").asText()).isEqualTo("advance");
        assertThat(data().path("to").asText()).isEqualTo("rollback");
        assertThat(data().at("/figures/n").intValue()).isEqualTo(1);
        assertThat(data().path("target").intValue()).isEqualTo(50);
    }

    @Test
    void figuresThatAreNoJsonAreToldAsTheyAre() {
        notifier.verdictChanged("hold", "advance", null, "{");

        assertThat(data().path("figures").asText()).isEqualTo("{");
        assertThat(data().has("why")).isFalse();
    }
}
