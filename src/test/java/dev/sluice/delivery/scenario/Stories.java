package dev.sluice.delivery.scenario;

import dev.sluice.core.TransportKind;

/** Every story: cut points × transport pairs × seeds. No test framework in here, so that mutants can be told them. */
public final class Stories {
    /** One story of its kind. */
    private interface Story {
        void play(CutPoint cut, TransportKind from, TransportKind to, long seed);
    }

    private Stories() {}

    /** A client with a cumulative cursor. */
    public static void natives(int seeds) {
        play(seeds, (cut, from, to, seed) -> {
            if (cut != CutPoint.KILLED) {
                NativeStory.play(cut, from, to, seed);
            }
        });
    }

    /** Agents and their commands. */
    public static void commands(int seeds) {
        play(seeds, CommandStory::play);
    }

    /** Clients with channels. */
    public static void channels(int seeds) {
        play(seeds, ChannelStory::play);
    }

    /** Clients of Socket.IO; the way back is left to the seed, since a connection is the same however it begins. */
    public static void socketio(int seeds) {
        for (long seed = 1; seed <= seeds; seed++) {
            for (SocketCut cut : SocketCut.values()) {
                for (SocketCut.Way from : SocketCut.Way.values()) {
                    SocketStory.play(cut, from, seed);
                }
            }
        }
    }

    private static void play(int seeds, Story story) {
        for (long seed = 1; seed <= seeds; seed++) {
            for (CutPoint cut : CutPoint.values()) {
                for (TransportKind from : TransportKind.values()) {
                    for (TransportKind to : TransportKind.values()) {
                        story.play(cut, from, to, seed);
                    }
                }
            }
        }
    }
}
