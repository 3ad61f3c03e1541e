package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.EngineWire;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Fallback is switched off while a Socket.IO client polls that never comes back to where it was. */
class SocketIoWithoutFallbackIT {
    private static final String POLLING = "EIO=4&transport=polling&client_id=";

    @Test
    void whoPollsAlreadyHasAsLongToUpgradeAsANewcomer() throws IOException {
        try (Gateway gateway = new Gateway("SocketIoWithoutFallbackIT")
                .with("SLUICE_ENGINEIO_PING_INTERVAL", "1s")
                .with("SLUICE_ENGINEIO_UPGRADE_TIMEOUT", "1s")
                .start()) {
            EngineWire wire = new EngineWire(gateway.url("/"), "/socket.io/");
            String polls = open(wire, "polls");

            Files.createDirectories(gateway.flagFile().getParent());
            Files.writeString(gateway.flagFile(), "FALLBACK_ENABLED=false\n");

            await("it is closed").atMost(Duration.ofSeconds(20)).until(() -> {
                EngineWire.Answer answer = wire.get(POLLING + "polls&sid=" + polls);
                if (answer.body().contains("2")) {
                    wire.post(POLLING + "polls&sid=" + polls, "3");
                }
                return answer.status() == 400 || answer.body().endsWith("1");
            });
            String newcomer = open(wire, "newcomer");
            assertThat(newcomer).isNotEmpty();
        }
    }

    private static String open(EngineWire wire, String name) {
        return EngineWire.sidIn(wire.get(POLLING + name).body());
    }
}
