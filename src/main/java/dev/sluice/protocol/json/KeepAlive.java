package dev.sluice.protocol.json;

/** When a socket was heard last, when it is to be asked for a sign of life, and how long the last one took. */
public final class KeepAlive {
    /** What is due on a socket. */
    public enum Due {
        NOTHING,
        PING,
        /** Nothing was heard for too long. */
        GIVE_UP
    }

    private final long pingEvery;
    private final long silence;
    private long lastHeard;
    private long nextPing;
    private long pingSentAt;
    private volatile long roundTripMillis;

    public KeepAlive(ConnectionLimits limits, long now) {
        this.pingEvery = limits.pingEvery().toMillis();
        this.silence = limits.silence().toMillis();
        this.lastHeard = now;
        this.nextPing = now + pingEvery;
    }

    public void heard(long now) {
        lastHeard = now;
    }

    public void pong(long now) {
        lastHeard = now;
        if (pingSentAt != 0) {
            roundTripMillis = Math.max(0, now - pingSentAt);
            pingSentAt = 0;
        }
    }

    /** A ping that is due counts as sent. */
    public Due at(long now) {
        if (now - lastHeard >= silence) {
            return Due.GIVE_UP;
        }
        if (now < nextPing) {
            return Due.NOTHING;
        }
        asked(now);
        return Due.PING;
    }

    /** A ping goes out ahead of its time. */
    public void asked(long now) {
        nextPing = now + pingEvery;
        pingSentAt = now;
    }

    /** The last ping's round trip, 0 before the first. Any thread. */
    public long roundTripMillis() {
        return roundTripMillis;
    }
}
