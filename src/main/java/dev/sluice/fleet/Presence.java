package dev.sluice.fleet;

import dev.sluice.core.Mode;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What this node has heard of one cluster, in memory. Written on every beat from any thread, so it is plain volatile
 * fields and nothing else: a heartbeat must cost next to nothing.
 */
public final class Presence {
    private final UUID clusterId;
    private volatile Cluster cluster;
    private volatile long lastSeen;
    private volatile long lastHttp;
    private volatile boolean settles;
    private volatile boolean triedWebSocket;
    private volatile @Nullable Mode told;
    /** What the agent said of itself last, as a digest: the text would be kept for each agent only to be compared. */
    volatile @Nullable UUID details;
    /** Heard from since the last batch was written. */
    volatile boolean unsaved;

    Presence(Cluster cluster) {
        this.clusterId = cluster.id();
        this.cluster = cluster;
        this.lastSeen = cluster.lastSeenAt() == null ? 0 : cluster.lastSeenAt().toEpochMilli();
        this.lastHttp = cluster.lastHttpAt() == null ? 0 : cluster.lastHttpAt().toEpochMilli();
        this.settles = cluster.settlesCommands();
    }

    public UUID clusterId() {
        return clusterId;
    }

    /** As registered last. */
    public Cluster cluster() {
        return cluster;
    }

    void registered(Cluster now) {
        cluster = now;
    }

    /** Heard from over WebSocket, at that time in milliseconds. */
    public void beat(long now) {
        lastSeen = now;
        unsaved = true;
    }

    /** Heard from over the HTTP endpoints. */
    public void httpBeat(long now) {
        lastHttp = now; // first, see livesOnHttp
        beat(now);
    }

    /** Heard from over HTTP since then, in milliseconds, and not over a WebSocket after that. */
    boolean livesOnHttp(long since) {
        // The one that is written last is read first: a request that comes in between would look like a WebSocket's.
        long seen = lastSeen;
        long http = lastHttp;
        return http > 0 && http >= since && seen <= http;
    }

    /** The agent settled a command by itself: from now on no poll does it for it. */
    public void settlesCommands() {
        if (!settles) {
            settles = true;
            unsaved = true;
        }
    }

    public boolean everSettled() {
        return settles;
    }

    /** It asked for a WebSocket, whatever came of it. */
    public void triedWebSocket() {
        triedWebSocket = true;
    }

    /** Whether it has shown, in this node's life, that it can use WebSocket: by asking for one, or in what it declared. */
    public boolean canUseWebSocket() {
        return triedWebSocket || cluster.features().supportsSwitch();
    }

    /** A poll's answer tells it that mode. */
    public void tell(Mode mode) {
        told = mode;
    }

    /** Whether its last poll's answer, of this node's life, told it another mode. */
    public boolean toldOtherwise(Mode mode) {
        Mode last = told;
        return last != null && last != mode;
    }

    /** Milliseconds since the epoch, 0 if never. */
    public long lastSeen() {
        return lastSeen;
    }

    /** Milliseconds since the epoch, 0 if never. */
    public long lastHttp() {
        return lastHttp;
    }
}
