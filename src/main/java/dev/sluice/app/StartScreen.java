package dev.sluice.app;

import dev.sluice.rollout.control.RolloutView;
import dev.sluice.rollout.control.RolloutView.Sourced;
import dev.sluice.rollout.guard.Finding;
import dev.sluice.rollout.guard.Phase;
import dev.sluice.rollout.watch.GuardView;
import java.io.PrintStream;
import org.eclipse.microprofile.config.Config;

/** What a person sees when the gateway is up: where things are, and which flags hold and why. */
final class StartScreen {
    private StartScreen() {}

    static void print(RolloutView view, GuardView guard, Config config) {
        print(view, guard, config, System.out);
    }

    static void print(RolloutView view, GuardView guard, Config config, PrintStream out) {
        String http = address(config, "quarkus.http.port", "8080");
        String management = address(config, "quarkus.management.port", "9000");
        out.printf(
                """

                Sluice is up.
                  API and agents   http://%s   (WebSocket: ws://%s/api/v1/clusters/agent/ws)
                  console          not in this version
                  ingress          not in this version
                  metrics          http://%s/q/metrics   health: /q/health   OpenAPI: /q/openapi
                  database         %s

                Flags in force (revision %d)
                %s%s%s  effective           %s %% (ceiling %s %%)
                  plan                %s

                """,
                http,
                http,
                management,
                database(config),
                view.revision(),
                line("WEBSOCKET_ENABLED", view.websocketEnabled()),
                line("FALLBACK_ENABLED", view.fallbackEnabled()),
                line("ROLLOUT_PERCENTAGE", view.rolloutPercentage()),
                view.effective(),
                view.ceiling(),
                plan(guard));
    }

    /** Why the ceiling is where it is. */
    private static String plan(GuardView guard) {
        if (guard.plan().phase() == Phase.ROLLED_BACK) {
            return "rolled back %s because of %s; POST /api/v1/admin/rollout/resume ends it"
                    .formatted(
                            guard.plan().since(), String.join(", ", guard.plan().reasons()));
        }
        if (!guard.settings().on()) {
            return guard.finding().equals(Finding.DISABLED)
                    ? "none, and no guard (sluice.rollout.guard.enabled)"
                    : "none (sluice.rollout.plan.steps); the guard watches, and rolls back by itself";
        }
        return "step %d of %d, %s"
                .formatted(
                        guard.plan().step() + 1,
                        guard.settings().steps().size(),
                        guard.plan().phase().wire());
    }

    private static String line(String key, Sourced<?> flag) {
        return "  %-19s %-6s from %s%n"
                .formatted(key, flag.value(), flag.source().wire());
    }

    private static String address(Config config, String key, String absent) {
        return "localhost:" + config.getOptionalValue(key, String.class).orElse(absent);
    }

    private static String database(Config config) {
        boolean external = config.getOptionalValue("sluice.db.url", String.class)
                .filter(url -> !url.isBlank())
                .isPresent();
        return external
                ? "external"
                : "embedded PostgreSQL in "
                        + config.getOptionalValue("sluice.data.dir", String.class)
                                .or(() -> config.getOptionalValue("sluice.data-dir", String.class))
                                .orElse("./data");
    }
}
