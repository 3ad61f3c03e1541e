package dev.sluice.fleet;

/** Clusters as this node has met them, without a store behind them. */
public final class Presences {
    private Presences() {}

    public static Presence of(Cluster cluster) {
        return new Presence(cluster);
    }
}
