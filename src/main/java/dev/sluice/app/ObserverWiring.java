package dev.sluice.app;

import dev.sluice.delivery.session.ConnectionObserver;
import dev.sluice.delivery.session.SessionObserver;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Hangs the meters on the engine's observer ports. */
final class ObserverWiring {

    @Produces
    @Singleton
    ConnectionObserver connectionObserver() {
        return new ConnectionObserver() {};
    }

    @Produces
    @Singleton
    SessionObserver sessionObserver() {
        return SessionObserver.NONE;
    }

    @Produces
    @Singleton
    ProblemCounter problemCounter() {
        return problem -> {};
    }

    @Produces
    @Singleton
    FlagReloads flagReloads() {
        return reload -> {};
    }
}
