package dev.sluice.delivery.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.core.ProblemCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultTest {

    /** A guard that counted them would take a transport away since the application is down. */
    @ParameterizedTest
    @EnumSource(
            names = {"UPSTREAM_UNAVAILABLE", "UPSTREAM_FULL", "UPSTREAM_TIMEOUT", "UPSTREAM_REFUSED", "ACK_TIMEOUT"})
    void whatTheApplicationDoesSaysNothingOfTheTransport(ProblemCode problem) {
        assertEquals(Fault.REFUSAL, Fault.of(problem));
    }

    @ParameterizedTest
    @EnumSource(names = {"INTERNAL", "STORE_UNAVAILABLE"})
    void whatWeShouldHaveServedIsOurs(ProblemCode problem) {
        assertEquals(Fault.GATEWAY, Fault.of(problem));
    }

    @ParameterizedTest
    @EnumSource(names = {"SHUTTING_DOWN", "UNAUTHORIZED", "RATE_LIMITED", "OUTSIDE_ROLLOUT"})
    void whoeverIsTurnedAwayIsNotFailed(ProblemCode problem) {
        assertEquals(Fault.REFUSAL, Fault.of(problem));
    }
}
