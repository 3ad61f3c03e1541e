package dev.sluice.delivery.scenario;

import dev.sluice.core.TransportKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The delivery rules, told as many short stories with a cut in the middle. */
class DeliveryScenarioTest {
    private static final int SEEDS = Integer.getInteger("dev.sluice.test.seeds", 60);

    @Test
    void nativeClientGetsEverythingOnceWhateverIsCut() {
        Stories.natives(SEEDS);
    }

    @Test
    void agentsGetEveryCommandInOrderWhateverIsCutOrKilled() {
        Stories.commands(SEEDS);
    }

    @Test
    void everySubscriberGetsEverythingOnceInOrderWhateverIsCutOrKilled() {
        Stories.channels(SEEDS);
    }

    /** Each of these found something that sixty seeds of everything did not. */
    @ParameterizedTest
    @CsvSource({
        "HALF_RECEIVED, SSE, POLLING, 194",
        "HALF_RECEIVED, POLLING, POLLING, 517",
        "BOTH_ATTACHED, WEBSOCKET, SSE, 662",
        "KILLED, SSE, SSE, 678",
        "KILLED, POLLING, SSE, 1173",
        "KILLED, POLLING, WEBSOCKET, 1626",
        "BOTH_ATTACHED, WEBSOCKET, WEBSOCKET, 765",
        "HALF_RECEIVED, POLLING, POLLING, 1258",
        "BEFORE_THE_ACKNOWLEDGEMENT, WEBSOCKET, POLLING, 1533",
        "SUPERSEDED, WEBSOCKET, WEBSOCKET, 1403",
        "DURING_AN_ATTACH, POLLING, WEBSOCKET, 1914",
        "KILLED, SSE, SSE, 4724",
        "KILLED, SSE, WEBSOCKET, 6802",
        "KILLED, SSE, POLLING, 5779",
        "CLEAN, POLLING, WEBSOCKET, 4718",
        "BEFORE_THE_ACKNOWLEDGEMENT, POLLING, SSE, 5840",
        "RESPONSE_LOST_UNNOTICED, WEBSOCKET, SSE, 3255",
        "AWAY_FOR_LONG, POLLING, SSE, 8134",
        "HALF_RECEIVED, SSE, POLLING, 10413",
        "KILLED, WEBSOCKET, POLLING, 14599",
        "KILLED, SSE, WEBSOCKET, 15298"
    })
    void goesOnToGetEverything(CutPoint cut, TransportKind from, TransportKind to, long seed) {
        ChannelStory.play(cut, from, to, seed);
    }

    @ParameterizedTest
    @CsvSource({"DURING_AN_ATTACH, SSE, SSE, 245", "SUPERSEDED, SSE, POLLING, 453", "KILLED, WEBSOCKET, SSE, 358"})
    void goesOnToGetEveryCommand(CutPoint cut, TransportKind from, TransportKind to, long seed) {
        CommandStory.play(cut, from, to, seed);
    }

    @Test
    void everySocketGetsEverythingOnceInOrderWhateverCarriesItAndIsCutOrKilled() {
        Stories.socketio(SEEDS);
    }
}
