package dev.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.command.CommandChange;
import dev.sluice.delivery.command.CommandResult;
import dev.sluice.delivery.command.CommandStatus;
import dev.sluice.delivery.session.ClientReport;
import dev.sluice.delivery.session.Fault;
import dev.sluice.delivery.session.ObservedClient;
import dev.sluice.rollout.evidence.Cohort;
import dev.sluice.rollout.evidence.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CountingTest {
    private static final UUID ID = new UUID(0, 1);
    private static final ObservedClient CLIENT =
            new ObservedClient("agent-4711", "workspace:1", "10.0.0.1", ObservedClient.Part.WEBSOCKET);

    private final Meters meters = new Meters();

    @Test
    void settlesAttemptsBySuccessFailureAndRefusal() {
        meters.connections.working("agent", TransportKind.WEBSOCKET, CLIENT);
        meters.connections.failed("agent", TransportKind.WEBSOCKET, CLIENT, "cut", Fault.NETWORK);
        meters.connections.failed("agent", TransportKind.WEBSOCKET, CLIENT, "outside-rollout", Fault.REFUSAL);

        assertThat(attempts("success")).isEqualTo(1);
        assertThat(attempts("failure")).isEqualTo(1);
        assertThat(attempts("refused")).isEqualTo(1);
        assertThat(errors("outside-rollout")).isEqualTo(1);
        assertThat(errors("other")).isZero();
    }

    @Test
    void keepsLabelsBoundedWhateverIsSaid() {
        meters.connections.error("agent", TransportKind.WEBSOCKET, CLIENT, ProblemCode.COMMAND_CLOSED);
        meters.connections.switched("agent", Mode.WEBSOCKET, Mode.POLLING, "because of agent-4711");
        meters.connections.fellBack("agent", "agent-4711");
        meters.connections.working("proto-4711", TransportKind.WEBSOCKET, CLIENT);
        meters.connections.working("proto-4711", TransportKind.WEBSOCKET, CLIENT);
        meters.rollout.rolledBack("agent-4711");

        assertThat(meters.registry.scrape()).doesNotContain("4711");
        assertThat(errors("command-closed")).isEqualTo(1);
        assertThat(
                        meters.value(
                                "sluice_connection_attempts_total{outcome=\"success\",protocol=\"other\",transport=\"websocket\",}"))
                .isEqualTo(2);
    }

    @Test
    void aConnectionThatEndsBadlyIsAnErrorAndOneThatMovesIsNot() {
        meters.connections.ended("agent", TransportKind.WEBSOCKET, CLIENT, Disconnect.SILENT);
        meters.connections.ended("agent", TransportKind.WEBSOCKET, CLIENT, Disconnect.SWITCH_TO_POLLING);
        meters.connections.failed("agent", TransportKind.WEBSOCKET, null, "switch_to_polling", Fault.REFUSAL);
        meters.connections.failed("agent", TransportKind.WEBSOCKET, CLIENT, "protocol_error", Fault.REFUSAL);

        assertThat(errors("silent")).isEqualTo(1);
        assertThat(errors("switch-to-polling")).isZero();
        assertThat(errors("protocol-error")).isEqualTo(1);
    }

    @Test
    void countsEachLimitOnce() {
        // a refused upgrade is told twice: by the front door and as a failed attempt
        meters.problems.accept(ProblemCode.RATE_LIMITED);
        meters.connections.failed("agent", TransportKind.WEBSOCKET, CLIENT, "rate-limited", Fault.REFUSAL);
        meters.problems.accept(ProblemCode.NOT_FOUND);
        meters.connections.ended("agent", TransportKind.WEBSOCKET, CLIENT, Disconnect.RATE_LIMITED);
        meters.connections.ended("agent", TransportKind.WEBSOCKET, CLIENT, Disconnect.TOO_BIG);
        // so is a slow consumer: by its session and by its connection
        meters.sessions.disconnected(TransportKind.WEBSOCKET, Disconnect.SLOW_CONSUMER);
        meters.connections.ended("agent", TransportKind.WEBSOCKET, CLIENT, Disconnect.SLOW_CONSUMER);

        assertThat(limits("rate-limited")).isEqualTo(2);
        assertThat(limits("message-too-big")).isEqualTo(1);
        assertThat(limits("slow-consumer")).isEqualTo(1);
        assertThat(limits("queue-full")).isZero();
        assertThat(meters.value("sluice_slow_consumers_total{transport=\"websocket\",}"))
                .isEqualTo(1);
        assertThat(meters.value("sluice_http_problems_total{kind=\"not-found\",}"))
                .isEqualTo(1);
    }

    @Test
    void putsLatencyAndAbsenceIntoBuckets() {
        meters.sessions.reached(TransportKind.WEBSOCKET, 40, 1);
        meters.connections.reconnected("agent", Duration.ofSeconds(3));

        assertThat(latencyUpTo("0.025")).isZero();
        assertThat(latencyUpTo("0.05")).isEqualTo(1);
        assertThat(meters.value("sluice_reconnect_seconds_sum")).isEqualTo(3);
    }

    @Test
    void followsCommandsAndTellsRedeliveriesApart() {
        Instant now = Instant.EPOCH;
        meters.commands.accepted();
        meters.commands.changed(CommandChange.delivered(ID, 1, now));
        meters.commands.changed(CommandChange.delivered(ID, 2, now));
        meters.commands.changed(CommandChange.acknowledged(ID, now));
        meters.commands.changed(CommandChange.finished(ID, new CommandResult(false, null, "no", null, null), now));
        meters.commands.changed(CommandChange.closed(ID, CommandStatus.EXPIRED, now));
        meters.commands.expired(2);

        for (String once : new String[] {"accepted", "delivered", "redelivered", "acknowledged", "failed"}) {
            assertThat(commands(once)).as(once).isEqualTo(1);
        }
        assertThat(commands("expired")).isEqualTo(3);
        assertThat(commands("succeeded")).isZero();
        assertThat(commands("cancelled")).isZero();
    }

    @Test
    void countsVotesAndOffersThatNothingCameOf() {
        meters.evidence.settled(Cohort.WEBSOCKET, Outcome.FALLBACK, 0, false);
        meters.evidence.settled(Cohort.WEBSOCKET, Outcome.NO_ATTEMPT, 0, false);
        meters.evidence.settled(Cohort.WEBSOCKET, Outcome.SUCCESS, 0, true);
        meters.evidence.settled(Cohort.WEBSOCKET, Outcome.CAPPED, 255, false);
        meters.evidence.settled(Cohort.POLLING, Outcome.SUCCESS, 0, true);

        for (String once : new String[] {"success", "fallback", "no-attempt", "capped"}) {
            assertThat(meters.value("sluice_rollout_votes_total{cohort=\"websocket\",outcome=\"" + once + "\",}"))
                    .as(once)
                    .isEqualTo(1);
        }
        assertThat(attempts("fallback")).isEqualTo(1);
        assertThat(attempts("no-attempt")).isEqualTo(1);
        assertThat(attempts("success")).as("told by the connection").isZero();
    }

    @Test
    void countsWhatClientsReport() {
        meters.telemetry.reported(CLIENT, new ClientReport(ClientReport.Kind.LATENCY, TransportKind.WEBSOCKET, 30L));

        assertThat(meters.value("sluice_telemetry_reports_total{event=\"latency\",}"))
                .isEqualTo(1);
        assertThat(meters.value("sluice_telemetry_latency_seconds_sum{transport=\"websocket\",}"))
                .isEqualTo(0.03);
    }

    @Test
    void showsTheRolloutAsItIsAtTheScrape() {
        assertThat(percentage("target")).isEqualTo(37.5);
        assertThat(percentage("ceiling")).isEqualTo(25);
        assertThat(percentage("effective")).isEqualTo(25);
        assertThat(verdict("hold")).isEqualTo(1);

        meters.verdict = "rollback";

        assertThat(verdict("hold")).isZero();
        assertThat(verdict("rollback")).isEqualTo(1);
    }

    @Test
    void suppliersOutliveWhoeverRegisteredThem() {
        System.gc();

        assertThat(meters.value("sluice_commands_refused_writes_total")).isEqualTo(9);
        assertThat(meters.value("sluice_commands_unwritten")).isEqualTo(8);
        assertThat(meters.value("sluice_store_up")).isEqualTo(1);
    }

    private double attempts(String outcome) {
        return meters.value("sluice_connection_attempts_total{outcome=\"" + outcome
                + "\",protocol=\"agent\",transport=\"websocket\",}");
    }

    private double errors(String kind) {
        return meters.value("sluice_errors_total{kind=\"" + kind + "\",transport=\"websocket\",}");
    }

    private double limits(String limit) {
        return meters.value("sluice_limits_hit_total{limit=\"" + limit + "\",}");
    }

    private double commands(String outcome) {
        return meters.value("sluice_commands_total{outcome=\"" + outcome + "\",}");
    }

    private double percentage(String kind) {
        return meters.value("sluice_rollout_percentage{kind=\"" + kind + "\",}");
    }

    private double verdict(String word) {
        return meters.value("sluice_rollout_verdict{verdict=\"" + word + "\",}");
    }

    private double latencyUpTo(String bound) {
        return meters.value("sluice_event_delivery_seconds_bucket{protocol=\"agent\",transport=\"websocket\",le=\""
                + bound + "\",}");
    }
}
