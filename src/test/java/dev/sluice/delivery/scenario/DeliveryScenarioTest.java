package dev.sluice.delivery.scenario;

import org.junit.jupiter.api.Test;

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

    @Test
    void everySocketGetsEverythingOnceInOrderWhateverCarriesItAndIsCutOrKilled() {
        Stories.socketio(SEEDS);
    }
}
