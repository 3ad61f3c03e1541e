package dev.sluice.protocol.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.channel.StreamPosition;
import dev.sluice.delivery.channel.Subscribe;
import dev.sluice.protocol.sluice.SluiceRequest.Acknowledge;
import dev.sluice.protocol.sluice.SluiceRequest.Ping;
import dev.sluice.protocol.sluice.SluiceRequest.PublishTo;
import dev.sluice.protocol.sluice.SluiceRequest.Renew;
import dev.sluice.protocol.sluice.SluiceRequest.SubscribeTo;
import dev.sluice.protocol.sluice.SluiceRequest.Tell;
import dev.sluice.protocol.sluice.SluiceRequest.UnsubscribeFrom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames of clients to requests: lenient in both forms, clear where they are no good. */
class SluiceCodecTest {

    private static SluiceRequest read(String json) {
        return SluiceRequests.read(SluiceCodec.decode(Payload.text(json)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"subscribe\",\"channel\":\"updates\"}",
                "{\"channel\":\"updates\",\"type\":\"subscribe\"}",
                "{\"type\":\"subscribe\",\"payload\":{\"channel\":\"updates\"}}",
                "{\"type\":\"subscribe\",\"payload\":{\"channel\":\"updates\",\"more\":[1]},\"extra\":{},\"timestamp\":0}",
                "{\"type\":\"subscribe\",\"payload\":null,\"channel\":\"updates\"}"
            })
    void bothFormsAreUnderstoodAndUnknownFieldsIgnored(String json) {
        assertThat(read(json)).isEqualTo(new SubscribeTo(null, new Subscribe(new ChannelName("updates"), null, false)));
    }

    @Test
    void aRequestIdIsAStringOrANumber() {
        assertThat(read("{\"type\":\"ping\",\"request_id\":\"a\"}")).isEqualTo(new Ping("a"));
        assertThat(read("{\"type\":\"ping\",\"request_id\":17}")).isEqualTo(new Ping("17"));
        assertThat(read("{\"type\":\"ping\",\"request_id\":null}")).isEqualTo(new Ping(null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"epoch\":\"e:1\",\"offset\":7}", "\"e:1:7\""})
    void aPlaceIsAnObjectOrOneWord(String since) {
        SubscribeTo request =
                (SubscribeTo) read("{\"type\":\"subscribe\",\"channel\":\"c\",\"since\":%s}".formatted(since));

        assertThat(request.what().since()).isEqualTo(new StreamPosition("e:1", 7));
    }

    @Test
    void presenceIsAskedForOrInTheName() {
        assertThat(((SubscribeTo) read("{\"type\":\"subscribe\",\"channel\":\"c\",\"presence\":true}"))
                        .what()
                        .presence())
                .isTrue();
        assertThat(((SubscribeTo) read("{\"type\":\"subscribe\",\"channel\":\"presence-c\"}"))
                        .what()
                        .presence())
                .isTrue();
    }

    @Test
    void dataIsPassedOnToTheLastDigit() {
        PublishTo publish = (PublishTo)
                read(
                        "{\"type\":\"publish\",\"channel\":\"c\",\"event\":\"e\",\"data\":{\"n\":1.00,\"big\":12345678901234567890}}");

        assertThat(publish.data().asString()).isEqualTo("{\"n\":1.00,\"big\":12345678901234567890}");
        assertThat(((PublishTo) read("{\"type\":\"publish\",\"channel\":\"c\",\"event\":\"e\"}"))
                        .data()
                        .asString())
                .isEqualTo("null");
    }

    @Test
    void theOthersAreReadAsTheyStand() {
        assertThat(read("{\"type\":\"unsubscribe\",\"channel\":\"c\"}"))
                .isEqualTo(new UnsubscribeFrom(null, new ChannelName("c")));
        assertThat(((Acknowledge) read("{\"type\":\"ack\",\"cursor\":\"a~b.1.2.3\"}"))
                        .upTo()
                        .text())
                .isEqualTo("a~b.1.2.3");
        assertThat(((Tell) read("{\"type\":\"message\",\"data\":1}")).event()).isEqualTo("message");
        assertThat(((Renew) read("{\"type\":\"auth\",\"payload\":{\"token\":\"secret\"}}")).toString())
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense|MALFORMED_JSON",
                "[1]|MALFORMED_JSON",
                "{\"type\":\"ping\"} {}|MALFORMED_JSON",
                "{}|MISSING_FIELD",
                "{\"type\":1}|INVALID_FIELD",
                "{\"type\":\"other\"}|UNKNOWN_TYPE",
                "{\"type\":\"ping\",\"request_id\":{}}|INVALID_FIELD",
                "{\"type\":\"subscribe\",\"payload\":\"text\",\"channel\":\"c\"}|INVALID_FIELD",
                "{\"type\":\"subscribe\",\"channel\":\"c\",\"since\":\"7\"}|INVALID_FIELD",
                "{\"type\":\"subscribe\",\"channel\":\"c\",\"since\":{\"epoch\":\"e\",\"offset\":1.5}}|INVALID_FIELD",
                "{\"type\":\"publish\",\"channel\":\"c\"}|MISSING_FIELD",
                "{\"type\":\"ack\",\"cursor\":\"x\"}|INVALID_FIELD",
                "{\"type\":\"auth\"}|MISSING_FIELD"
            })
    void whatIsNoGoodIsNamed(String json, ProblemCode code) {
        assertThatThrownBy(() -> read(json)).isInstanceOfSatisfying(SluiceException.class, e -> assertThat(e.code())
                .isEqualTo(code));
    }

    @Test
    void aBadFrameStillTellsItsRequest() {
        assertThat(SluiceCodec.requestIdOf(Payload.text("{\"request_id\":\"r\",\"type\":9}")))
                .isEqualTo("r");
        assertThat(SluiceCodec.requestIdOf(Payload.text("nonsense"))).isNull();
        assertThat(SluiceCodec.requestIdOf(new Payload(new byte[] {1}, false))).isNull();
    }
}
