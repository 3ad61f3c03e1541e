package dev.sluice.observe;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** The startup probe: up once the wiring is through. */
@Startup
@Singleton
final class StartedCheck implements HealthCheck {
    private final NodeHealth health;

    StartedCheck(NodeHealth health) {
        this.health = health;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("gateway").status(health.isStarted()).build();
    }
}
