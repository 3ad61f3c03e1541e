package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A gateway that must not start says why, in one message, and harms nobody. */
class SecondProcessIT {
    private static final Pattern SHOWN_ONCE =
            Pattern.compile("bootstrap-(admin|agent) token, shown this once.*: (\\S+)");

    @Test
    void refusesADirectoryThatAnotherProcessHoldsAndGeneratesTokensOnce() {
        try (Gateway first = new Gateway("SecondProcessIT-first")
                        .without("SLUICE_ADMIN_TOKEN")
                        .without("SLUICE_AGENT_TOKEN")
                        .start();
                Gateway second = first.onSameData("SecondProcessIT-second")) {
            Matcher shown = SHOWN_ONCE.matcher(first.output());
            assertThat(shown.results().map(found -> found.group(1))).containsExactly("admin", "agent");
            shown.reset();
            assertThat(shown.find()).isTrue();
            String token = shown.group(2);
            first.useAdminToken(token);
            assertThat(first.get("/api/v1/rollout").statusCode()).isEqualTo(200);

            int code = second.startInVain();

            assertThat(code).isEqualTo(1);
            assertRefused(second, "in use by another gateway (process %d)".formatted(first.pid()), "SLUICE_DATA_DIR");
            assertThat(first.ready()).isTrue();
            assertThat(first.get("/api/v1/admin/rollout/history").statusCode()).isEqualTo(200);

            first.askToStop();
            first.awaitExit(Gateway.START);
            first.start();
            assertThat(SHOWN_ONCE.matcher(first.output()).results())
                    .as("tokens printed over both starts")
                    .hasSize(2);
            assertThat(first.get("/api/v1/rollout").statusCode())
                    .as("the generated token after a restart")
                    .isEqualTo(200);
        }
    }

    @Test
    void refusesFlagsAndSettingsThatAreNotValid() throws IOException {
        try (Gateway gateway = new Gateway("SecondProcessIT-invalid")) {
            gateway.with("SLUICE_REDIS_URL", "redis://localhost:6379");
            assertThat(gateway.startInVain()).isEqualTo(1);
            assertRefused(gateway, "SLUICE_REDIS_URL", "one node only");
            gateway.without("SLUICE_REDIS_URL");

            gateway.with("ROLLOUT_PERCENTAGE", "12.345");
            assertThat(gateway.startInVain()).isEqualTo(1);
            assertRefused(gateway, "ROLLOUT_PERCENTAGE=12.345", "0 to 100", "environment");
            gateway.without("ROLLOUT_PERCENTAGE");

            gateway.with("WEBSOCKET_ENABLED", "false").with("FALLBACK_ENABLED", "false");
            assertThat(gateway.startInVain()).isEqualTo(1);
            assertRefused(gateway, "WEBSOCKET_ENABLED=false", "FALLBACK_ENABLED=false", "nobody");
            gateway.without("WEBSOCKET_ENABLED").without("FALLBACK_ENABLED");

            Files.createDirectories(gateway.flagFile().getParent());
            Files.writeString(gateway.flagFile(), "WEBSOCKET_ENABLED=maybe\n");
            assertThat(gateway.startInVain()).isEqualTo(1);
            assertRefused(gateway, "WEBSOCKET_ENABLED=maybe", "true or false", "flags.properties");
        }
    }

    /** One message that a person can act on, and no stack trace. */
    private static void assertRefused(Gateway gateway, String... words) {
        List<String> lines = gateway.output().lines().toList();
        List<String> messages = lines.stream()
                .filter(line -> line.startsWith("sluice does not start:"))
                .toList();
        assertThat(messages).as(gateway.output()).isNotEmpty();
        assertThat(messages.get(messages.size() - 1)).contains(words);
        assertThat(lines).as("stack trace").noneMatch(line -> line.startsWith("\tat "));
        assertThat(gateway.databaseProcesses()).as("database left behind").isEmpty();
    }
}
