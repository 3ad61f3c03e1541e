package dev.sluice.protocol.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.channel.Gap;
import dev.sluice.delivery.channel.Member;
import dev.sluice.delivery.channel.NewPublication;
import dev.sluice.delivery.channel.Placed;
import dev.sluice.delivery.channel.PresenceChange;
import dev.sluice.delivery.channel.Publication;
import dev.sluice.delivery.channel.SessionCursor;
import dev.sluice.delivery.channel.StreamPosition;
import dev.sluice.delivery.channel.Subscribed;
import dev.sluice.delivery.channel.Watermark;
import dev.sluice.delivery.mailbox.Message;
import dev.sluice.delivery.mailbox.Outbound;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The gateway's frames, to the letter. */
class SluiceFramesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final ChannelName CHANNEL = new ChannelName("updates");

    private static String encoded(Message message) {
        Message inMailbox = message instanceof Publication
                ? message
                : new Placed(message, new Watermark(5, 0), SessionCursor.NONE, 0);
        return SluiceFrames.encode("s~n", new Outbound(7, 1, inMailbox)).asString();
    }

    private static Publication publication(Payload data) {
        return new Publication(
                new NewPublication(CHANNEL, "news", data, null, null, null),
                new StreamPosition("e", 3),
                9,
                new Watermark(9, 2),
                NOW.toEpochMilli());
    }

    @Test
    void anEventCarriesItsPlaceAndTheSessionsCursor() {
        assertThat(encoded(publication(Payload.text("{\"n\": 1.0}"))))
                .isEqualTo(
                        "{\"type\":\"event\",\"payload\":{\"channel\":\"updates\",\"event\":\"news\",\"data\":{\"n\": 1.0},"
                                + "\"epoch\":\"e\",\"offset\":3},\"timestamp\":\"2026-03-01T10:00:00Z\",\"cursor\":\"s~n.7.9.2\"}");
    }

    @Test
    void anEventIsEncodedOnceForAllSessions() {
        Publication shared = publication(Payload.text("1"));
        encoded(shared);

        Payload first = shared.encoded(Publication.Format.SLUICE, other -> Payload.text("again"));

        assertThat(first.asString()).startsWith("{\"type\":\"event\"");
    }

    @Test
    void binaryDataIsSaidInBase64() {
        assertThat(encoded(publication(new Payload(new byte[] {1, 2}, false))))
                .contains("\"data_base64\":\"AQI=\"")
                .doesNotContain("\"data\":");
    }

    @Test
    void anAnswerRepeatsItsRequest() {
        assertThat(encoded(
                        new Subscribed("r1", CHANNEL, 0, new StreamPosition("e", 3), true, null, NOW.toEpochMilli())))
                .isEqualTo(
                        "{\"type\":\"subscribed\",\"request_id\":\"r1\",\"payload\":{\"channel\":\"updates\",\"epoch\":\"e\","
                                + "\"offset\":3,\"recovered\":true},\"timestamp\":\"2026-03-01T10:00:00Z\",\"cursor\":\"s~n.7.5.0\"}");
        assertThat(encoded(SluiceFrames.failed("r2", new SluiceException(ProblemCode.FORBIDDEN, "No."), NOW)))
                .contains("\"request_id\":\"r2\",\"payload\":{\"error\":\"No.\",\"code\":\"forbidden\"}")
                .endsWith(",\"cursor\":\"s~n.7.5.0\"}");
    }

    @Test
    void gapsAndPresenceSayWhatTheyStandFor() {
        assertThat(encoded(new Gap(CHANNEL, "e", 4, 6, NOW.toEpochMilli())))
                .contains("\"payload\":{\"channel\":\"updates\",\"epoch\":\"e\",\"from\":4,\"to\":6}");
        Member ann = new Member("ann", Payload.text("{\"x\":1}"), TransportKind.SSE, NOW);
        assertThat(encoded(new PresenceChange(CHANNEL, PresenceChange.Action.JOIN, List.of(ann), NOW.toEpochMilli())))
                .contains(
                        "\"payload\":{\"channel\":\"updates\",\"action\":\"join\",\"members\":[{\"client_id\":\"ann\","
                                + "\"info\":{\"x\":1},\"transport\":\"sse\",\"since\":\"2026-03-01T10:00:00Z\"}]}");
    }
}
