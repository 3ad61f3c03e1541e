package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Thousands of connects and disconnects: most of them decent, some reset, some that never register, some garbage. The
 * gateway stays ready and keeps nothing.
 */
class ConnectStormIT {
    private static final int STORM = Integer.getInteger("dev.sluice.storm", 2_000);
    private static final long SEED = Long.getLong("sluice.chaos.seed", 20_260_131);
    private static final int AT_ONCE = 64;

    /** Agents are remembered, so there is a fixed number of them: what grows beyond is a leak. */
    private static final int AGENTS = 400;

    private static final long MARGIN = 16 << 20;

    /** What one visitor does. */
    private enum Manner {
        /** Registers, shows that it is alive, and leaves. */
        DECENT,
        RESET_AFTER_REGISTER,
        RESET_AFTER_UPGRADE,
        NEVER_REGISTERS,
        GARBAGE_INSTEAD_OF_HTTP,
        GARBAGE_INSTEAD_OF_FRAMES;

        static Manner of(int percent) {
            if (percent < 60) {
                return DECENT;
            }
            if (percent < 75) {
                return RESET_AFTER_REGISTER;
            }
            if (percent < 85) {
                return RESET_AFTER_UPGRADE;
            }
            if (percent < 90) {
                return NEVER_REGISTERS;
            }
            return percent < 95 ? GARBAGE_INSTEAD_OF_HTTP : GARBAGE_INSTEAD_OF_FRAMES;
        }
    }

    @Test
    void keepsNothingOfAStorm() throws Exception {
        try (Gateway gateway = new Gateway("ConnectStormIT")
                .with("SLUICE_AGENTS_FIRST_FRAME", "3s")
                .with("SLUICE_AGENTS_GRACE", "2s")
                .start()) {
            storm(gateway, AGENTS, new Random(SEED), true);
            awaitQuiet(gateway);
            long heapBefore = gateway.heapAfterGc();
            int descriptorsBefore = gateway.descriptors();
            AtomicInteger unready = new AtomicInteger();
            ScheduledExecutorService probe = Executors.newSingleThreadScheduledExecutor();
            probe.scheduleWithFixedDelay(
                    () -> unready.addAndGet(gateway.ready() ? 0 : 1), 0, 250, TimeUnit.MILLISECONDS);

            long since = System.nanoTime();
            Map<Manner, Integer> visitors = storm(gateway, STORM, new Random(SEED), false);
            double seconds = (System.nanoTime() - since) / 1e9;
            probe.shutdown();
            assertThat(probe.awaitTermination(80, TimeUnit.SECONDS)).isTrue();
            awaitQuiet(gateway);

            long heap = gateway.heapAfterGc();
            int descriptors = gateway.descriptors();
            System.out.printf(
                    "[storm of %d, seed %d] %.1f s, %.0f a second %s; heap %d -> %d KiB, descriptors %d -> %d%n",
                    STORM,
                    SEED,
                    seconds,
                    STORM / seconds,
                    visitors,
                    heapBefore >> 10,
                    heap >> 10,
                    descriptorsBefore,
                    descriptors);
            assertThat(unready).as("times it was not ready").hasValue(0);
            assertThat(heap - heapBefore).as("growth of the heap").isLessThan(MARGIN);
            assertThat(descriptors).as("open descriptors").isLessThanOrEqualTo(descriptorsBefore + 20);
            assertThat(gateway.output()).doesNotContain("OutOfMemoryError", "LEAK");
            SimulatedAgent after = new SimulatedAgent(gateway, "after-the-storm");
            after.connect().heartbeat();
            after.close();
        }
    }

    private static void awaitQuiet(Gateway gateway) {
        await("every connection is gone").atMost(Duration.ofSeconds(60)).until(() -> gateway.openSockets() == 0);
        assertThat(gateway.metric("sluice_connections", ""))
                .as("sluice_connections")
                .isZero();
    }

    private static Map<Manner, Integer> storm(Gateway gateway, int visitors, Random random, boolean newcomers)
            throws Exception {
        // Newcomers are written to the database; those who come back are known.
        ExecutorService threads = Executors.newFixedThreadPool(newcomers ? AT_ONCE / 8 : AT_ONCE);
        List<Future<Manner>> visits = new ArrayList<>();
        for (int i = 0; i < visitors; i++) {
            String agentId = "storm-" + i % AGENTS;
            Manner manner = newcomers ? Manner.DECENT : Manner.of(random.nextInt(100));
            long seed = random.nextLong();
            visits.add(threads.submit(() -> {
                visit(gateway, agentId, manner, new Random(seed));
                return manner;
            }));
        }
        threads.shutdown();
        Map<Manner, Integer> done = new EnumMap<>(Manner.class);
        for (Future<Manner> visit : visits) {
            done.merge(visit.get(), 1, Integer::sum);
        }
        return done;
    }

    private static void visit(Gateway gateway, String agentId, Manner manner, Random random) throws IOException {
        try (RawSocket socket = new RawSocket(gateway)) {
            switch (manner) {
                case DECENT -> {
                    socket.upgrade(agentId);
                    socket.register(agentId);
                    socket.frame("heartbeat", Map.of());
                    socket.readFrame();
                    socket.sendClose(1000);
                    assertThat(socket.awaitCloseCode(Duration.ofSeconds(20))).isEqualTo(1000);
                }
                case RESET_AFTER_REGISTER -> {
                    socket.upgrade(agentId);
                    socket.register(agentId);
                    socket.reset();
                }
                case RESET_AFTER_UPGRADE -> {
                    socket.upgrade(agentId);
                    socket.reset();
                }
                case NEVER_REGISTERS -> {
                    socket.upgrade(agentId);
                    assertThat(socket.awaitCloseCode(Duration.ofSeconds(20))).isEqualTo(4408);
                }
                case GARBAGE_INSTEAD_OF_HTTP -> {
                    byte[] garbage = new byte[200];
                    random.nextBytes(garbage);
                    // Some decoders wait for the end of a line.
                    garbage[199] = '\n';
                    socket.write(garbage);
                    if (random.nextBoolean()) {
                        socket.reset();
                    }
                }
                case GARBAGE_INSTEAD_OF_FRAMES -> {
                    socket.upgrade(agentId);
                    byte[] garbage = new byte[200];
                    random.nextBytes(garbage);
                    socket.write(garbage);
                }
            }
        }
    }
}
