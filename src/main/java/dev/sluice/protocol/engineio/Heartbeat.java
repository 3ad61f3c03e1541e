package dev.sluice.protocol.engineio;

/** The server's pings and what is due because of them. Pure; time is told. */
final class Heartbeat {
    private final EngineSettings settings;
    private long pingedAt;
    /** When the pong has to be here; 0 while none is awaited. */
    private long due;

    private long nextAt;
    private long roundTrip;
    /** Pings that were sent, and that were answered: a client answers them in order. */
    private int pings;

    private int pongs;

    Heartbeat(EngineSettings settings, long now) {
        this.settings = settings;
        this.nextAt = now + settings.pingInterval().toMillis();
    }

    /** What is to be done. */
    enum Beat {
        NOTHING,
        PING,
        GIVE_UP
    }

    Beat at(long now) {
        if (due != 0) {
            return now >= due ? Beat.GIVE_UP : Beat.NOTHING;
        }
        return now >= nextAt ? Beat.PING : Beat.NOTHING;
    }

    boolean isAwaiting() {
        return pongs != pings;
    }

    /** A ping that was due a moment ago counts from when it was due: looks are far apart, deadlines must not drift. */
    void pinged(long now) {
        long since = due == 0 && now >= nextAt ? nextAt : now;
        pings++;
        pingedAt = now;
        due = since + settings.pingTimeout().toMillis();
    }

    /**
     * The next interval starts at the pong.
     *
     * @return whether it answers the last ping
     */
    boolean ponged(long now) {
        if (!isAwaiting() || ++pongs != pings) {
            return false;
        }
        roundTrip = now - pingedAt;
        due = 0;
        nextAt = now + settings.pingInterval().toMillis();
        return true;
    }

    long roundTripMillis() {
        return roundTrip;
    }
}
