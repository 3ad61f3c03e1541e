package dev.sluice.rollout.guard;

/** How the built-in client that publishes and receives over each transport got on last. */
public record ProbeReport(Transport websocket, Transport polling) {
    public static final ProbeReport NONE = new ProbeReport(Transport.UNKNOWN, Transport.UNKNOWN);

    /** @param runs how often it was tried; 0: nobody does @param failuresInARow up to the last try, 0: it passed */
    public record Transport(long runs, int failuresInARow) {
        public static final Transport UNKNOWN = new Transport(0, 0);

        boolean passes() {
            return runs > 0 && failuresInARow == 0;
        }
    }
}
