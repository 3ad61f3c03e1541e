package dev.sluice.observe;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Tells with the readiness probe whether the database is there, and is up either way. */
@Readiness
@Singleton
final class StoreCheck implements HealthCheck {
    private final NodeHealth health;

    StoreCheck(NodeHealth health) {
        this.health = health;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("store")
                .up()
                .withData("database", health.isDatabaseUp() ? "up" : "away")
                .build();
    }
}
