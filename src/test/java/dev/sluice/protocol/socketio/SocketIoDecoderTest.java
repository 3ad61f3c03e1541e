package dev.sluice.protocol.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.Payload;
import dev.sluice.core.SluiceException;
import dev.sluice.protocol.socketio.SocketIoPacket.Type;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SocketIoDecoderTest {
    private static final String TWO = "{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}";

    private final SocketIoDecoder decoder = new SocketIoDecoder(1_000);

    private SocketIoPacket read(String packet) {
        return Objects.requireNonNull(decoder.read(Payload.text(packet)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "0 CONNECT / -1 ''",
                "0{\"a\":1} CONNECT / -1 {\"a\":1}",
                "0/n CONNECT /n -1 ''",
                "0/n, CONNECT /n -1 ''",
                "0/n?a=b,{\"a\":1} CONNECT /n -1 {\"a\":1}",
                "1 DISCONNECT / -1 ''",
                "1/n, DISCONNECT /n -1 ''",
                "2[\"a\"] EVENT / -1 [\"a\"]",
                "2[1] EVENT / -1 [1]",
                "2/n,12[\"a\",{}] EVENT /n 12 [\"a\",{}]",
                "20[\"a\"] EVENT / 0 [\"a\"]",
                "37[] ACK / 7 []",
                "50-[\"a\"] EVENT / -1 [\"a\"]",
            })
    void readsWhatAClientSays(String packet, Type type, String namespace, long id, String data) {
        SocketIoPacket read = read(packet);

        assertThat(read.type()).isEqualTo(type);
        assertThat(read.namespace()).isEqualTo(namespace);
        assertThat(read.id()).isEqualTo(id);
        assertThat(read.data().isMissingNode() ? "" : read.data().toString()).isEqualTo(data);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "7",
                "2",
                "2{}",
                "2abc[\"a\"]",
                "2[]",
                "2[{}]",
                "2[null]",
                "2[\"a\"",
                "2[\"a\"]x",
                "2[\"connect\"]",
                "2[\"connect_error\"]",
                "2[\"disconnect\"]",
                "2[\"disconnecting\"]",
                "2[\"newListener\"]",
                "2[\"removeListener\"]",
                "0[]",
                "0\"a\"",
                "1{}",
                "3{}",
                "4{\"message\":\"x\"}",
                "5[\"a\"]",
                "5-[\"a\"]",
                "5x-[\"a\"]",
                "511-[\"a\"]",
                "29999999999999999[\"a\"]"
            })
    void whatIsNoPacketIsRefused(String packet) {
        assertThatThrownBy(() -> decoder.read(Payload.text(packet))).isInstanceOf(SluiceException.class);
    }

    @Test
    void aPacketIsWholeWithItsLastAttachment() {
        assertThat(decoder.read(Payload.text("52-/n,3[\"a\"," + TWO + "]"))).isNull();
        assertThat(decoder.read(new Payload(new byte[] {1}, false))).isNull();

        SocketIoPacket whole = decoder.read(new Payload(new byte[] {2}, false));

        assertThat(whole).isNotNull();
        assertThat(whole.type()).isEqualTo(Type.EVENT);
        assertThat(whole.id()).isEqualTo(3);
        JsonNode inline = SocketIoArgs.inline(whole.data(), whole.attachments());
        assertThat(inline.toString()).isEqualTo("[\"a\",{\"data_base64\":\"AQ==\"},{\"data_base64\":\"Ag==\"}]");
    }

    @Test
    void textWhereAnAttachmentIsDueIsRefused() {
        decoder.read(Payload.text("51-[\"a\",{\"_placeholder\":true,\"num\":0}]"));

        assertThatThrownBy(() -> decoder.read(Payload.text("2[\"a\"]"))).isInstanceOf(SluiceException.class);
    }

    @Test
    void binaryWhereNoneIsDueIsRefused() {
        assertThatThrownBy(() -> decoder.read(new Payload(new byte[1], false))).isInstanceOf(SluiceException.class);
    }

    @Test
    void attachmentsAreBoundedTogether() {
        decoder.read(Payload.text("52-[\"a\"," + TWO + "]"));
        decoder.read(new Payload(new byte[600], false));

        assertThatThrownBy(() -> decoder.read(new Payload(new byte[600], false)))
                .isInstanceOf(SluiceException.class);
    }

    /** A megabyte that a thousand placeholders stand for would become a gigabyte. */
    @ParameterizedTest
    @ValueSource(strings = {"0,0", "0,1", "-1,0", "1.5,0"})
    void aPlaceholderStandsForOneAttachmentThatIsThere(String numbers) {
        String[] both = numbers.split(",");
        String args =
                "{\"_placeholder\":true,\"num\":%s},{\"_placeholder\":true,\"num\":%s}".formatted(both[0], both[1]);
        decoder.read(Payload.text("51-[\"a\"," + args + "]"));

        assertThatThrownBy(() -> decoder.read(new Payload(new byte[1], false))).isInstanceOf(SluiceException.class);
    }

    @Test
    void whatIsSaidInBase64IsSentAsBinary() throws Exception {
        JsonNode said = dev.sluice.protocol.json.Json.MAPPER.readTree(
                "[{\"data_base64\":\"AQ==\"},{\"a\":[{\"data_base64\":\"Ag==\"}]},{\"data_base64\":\"AQ==\",\"b\":1}]");

        SocketIoArgs args = SocketIoArgs.of(said);

        assertThat(args.attachments()).hasSize(2);
        assertThat(args.values().toString())
                .isEqualTo("[{\"_placeholder\":true,\"num\":0},{\"a\":[{\"_placeholder\":true,\"num\":1}]},"
                        + "{\"data_base64\":\"AQ==\",\"b\":1}]");
    }
}
