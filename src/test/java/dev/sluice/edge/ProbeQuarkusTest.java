package dev.sluice.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.TransportKind;
import dev.sluice.delivery.channel.ChannelSessions;
import dev.sluice.edge.client.NativeConnections;
import dev.sluice.identity.client.ChannelAccess;
import dev.sluice.identity.client.ClientIdentity;
import dev.sluice.probe.LoopbackProbe;
import dev.sluice.rollout.evidence.Evidence;
import dev.sluice.rollout.guard.ProbeReport;
import dev.sluice.store.DatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The gateway's own client gets through over each transport, whatever is decided, and is nobody to anybody else. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class ProbeQuarkusTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Inject
    LoopbackProbe probe;

    @Inject
    Vertx vertx;

    @Inject
    Evidence evidence;

    @Inject
    ChannelSessions sessions;

    @Inject
    NativeConnections connections;

    @Inject
    ChannelAccess access;

    private ProbeReport run() {
        long before = probe.report().websocket().runs();
        vertx.getOrCreateContext().runOnContext(go -> probe.run());
        return await().atMost(SOON)
                .until(probe::report, report -> report.websocket().runs() > before);
    }

    @Test
    void getsThroughOverEachTransportAndCountsForNothing() {
        evidence.tick();
        int known = evidence.figures().clients();

        ProbeReport report = run();

        assertThat(report.websocket().failuresInARow()).isZero();
        assertThat(report.polling().failuresInARow()).isZero();
        evidence.tick();
        assertThat(evidence.figures().clients()).isEqualTo(known);
        assertThat(connections.size(TransportKind.WEBSOCKET)).isZero();
        await("its sessions are gone").atMost(SOON).until(() -> sessions.views().await().atMost(SOON).stream()
                .noneMatch(view -> view.id().isProbe()));
    }

    @Test
    void nobodyElseMayUseItsChannel() {
        assertThat(access.maySubscribe(ClientIdentity.PROBE, ChannelAccess.PROBE))
                .isTrue();
        ClientIdentity named = ClientIdentity.user("probe", List.of(), null);
        assertThat(access.maySubscribe(named, ChannelAccess.PROBE)).isFalse();
        assertThat(named.owner()).isNotEqualTo(ClientIdentity.PROBE.owner());
        assertThat(named.isProbe()).isFalse();
    }
}
