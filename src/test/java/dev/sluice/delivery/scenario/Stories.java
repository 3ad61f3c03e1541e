package dev.sluice.delivery.scenario;

import dev.sluice.core.TransportKind;

/** Every story: cut points × transport pairs × seeds. No test framework in here, so that mutants can be told them. */
public final class Stories {
    private Stories() {}

    static void natives(int seeds) {
        for (long seed = 1; seed <= seeds; seed++) {
            for (CutPoint cut : CutPoint.values()) {
                for (TransportKind from : TransportKind.values()) {
                    for (TransportKind to : TransportKind.values()) {
                        NativeStory.play(cut, from, to, seed);
                    }
                }
            }
        }
    }
}
