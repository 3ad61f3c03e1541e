package dev.sluice.protocol.engineio;

/** The server's pings and what is due because of them. Pure; time is told. */
final class Heartbeat {
    private final long interval;
    private final long timeout;
    private long pingedAt;
    /** When the pong has to be here; 0 while none is awaited. */
    private long due;

    private long nextAt;
    private long roundTrip;

    Heartbeat(EngineSettings settings, long now) {
        this.interval = settings.pingInterval().toMillis();
        this.timeout = settings.pingTimeout().toMillis();
        this.nextAt = now + interval;
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
        return due != 0;
    }

    void pinged(long now) {
        pingedAt = now;
        due = now + timeout;
    }

    /** The next interval starts at the pong. */
    void ponged(long now) {
        if (due != 0) {
            roundTrip = now - pingedAt;
        }
        due = 0;
        nextAt = now + interval;
    }

    long roundTripMillis() {
        return roundTrip;
    }
}
