package dev.sluice.edge.gate;

import dev.sluice.core.Mode;
import dev.sluice.core.ProblemCode;
import dev.sluice.delivery.session.Gate;
import dev.sluice.delivery.session.ObservedClient.Part;
import dev.sluice.rollout.control.Fallbacks;
import dev.sluice.rollout.control.Refusals;
import dev.sluice.rollout.control.RolloutControl;
import dev.sluice.rollout.decision.ClientFacts;
import dev.sluice.rollout.decision.Decider;
import dev.sluice.rollout.decision.Decision;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.decision.Reason;
import dev.sluice.rollout.decision.RolloutState;
import io.smallrye.mutiny.Uni;

/** Asks the rollout for every client of every protocol, and remembers whom it turned away. Any thread; never blocks. */
public final class RolloutGate implements Gate {
    private final RolloutControl control;
    private final Refusals refusals;
    private final Fallbacks fallbacks;

    public RolloutGate(RolloutControl control, Refusals refusals, Fallbacks fallbacks) {
        this.control = control;
        this.refusals = refusals;
        this.fallbacks = fallbacks;
    }

    @Override
    public Uni<Admission> admit(Applicant applicant) {
        return Uni.createFrom().item(admitNow(applicant));
    }

    /** The same without the wrapping, for callers that cannot wait. */
    public Admission admitNow(Applicant applicant) {
        Decision decision = decide(applicant);
        if (decision.mode() == Mode.WEBSOCKET) {
            return new Admission(Mode.WEBSOCKET, decision.reason().wire(), null);
        }
        refusals.refused(applicant.clientKey());
        ProblemCode refusal = decision.reason() == Reason.WEBSOCKET_DISABLED
                ? ProblemCode.WEBSOCKET_DISABLED
                : ProblemCode.OUTSIDE_ROLLOUT;
        return new Admission(Mode.POLLING, decision.reason().wire(), refusal);
    }

    /** What the rollout says of a client. */
    public Decision decide(Applicant applicant) {
        return Decider.decide(control.state(), factsOf(applicant));
    }

    /**
     * What a client takes in the comparison. Who has its WebSocket at any percentage would only make the share look
     * better, or worse, that the percentage moves.
     */
    public static Part partOf(Decision decision) {
        if (decision.mode() == Mode.POLLING) {
            return Part.POLLING;
        }
        boolean byPercentage = decision.reason() == Reason.IN_ROLLOUT || decision.reason() == Reason.OVERRIDE;
        return byPercentage ? Part.WEBSOCKET : Part.NONE;
    }

    /** Whether every client that nothing is known of is offered WebSocket. */
    public boolean isForEverybody() {
        RolloutState state = control.state();
        return state.flags().websocketEnabled()
                && state.effective().equals(Percentage.FULL)
                && state.holdback().equals(Percentage.ZERO);
    }

    /** What was decided on one client, and on what. */
    public record Decided(RolloutState state, ClientFacts facts, Decision decision) {}

    /** The decision with what it was made on, for those who ask with every request. */
    public Decided decided(Applicant applicant) {
        RolloutState state = control.state();
        ClientFacts facts = factsOf(applicant);
        return new Decided(state, facts, Decider.decide(state, facts));
    }

    /**
     * Whether the same would be decided again on a client that states the same of itself.
     *
     * @param canPoll as it states by now
     */
    public boolean stands(Decided decided, boolean canPoll) {
        return decided.state == control.state()
                && decided.facts.cannotPoll() == cannotPoll(decided.facts.key(), canPoll);
    }

    /** How a client that turns up over HTTP is served. */
    public Serving servingOf(Applicant applicant) {
        return servingOf(decided(applicant));
    }

    /** The same where it is decided. */
    public Serving servingOf(Decided decided) {
        Decision decision = decided.decision;
        boolean fallback = decision.mode() == Mode.WEBSOCKET && fallbacks.isFallback(decided.facts.key());
        Mode mode = fallback ? Mode.POLLING : decision.mode();
        boolean mayPoll = decided.state.flags().fallbackEnabled() || mode == Mode.POLLING;
        return new Serving(mode, decision, fallback, mayPoll);
    }

    /** The client made an HTTP request: whatever turned it away before, it found the other way. */
    public void sawHttp(String clientKey) {
        refusals.sawHttp(clientKey);
    }

    /** The client's WebSocket did not come to work, or went silent. */
    public void webSocketFailed(String clientKey) {
        fallbacks.webSocketFailed(clientKey);
    }

    public void webSocketWorked(String clientKey) {
        fallbacks.webSocketWorked(clientKey);
    }

    /** Whether it is served by polling for a while, since its WebSocket failed. */
    public boolean inFallback(String clientKey) {
        return fallbacks.isFallback(clientKey);
    }

    /** What is stated about a client: what it is known to be, and whom the gate had to turn away too often. */
    public ClientFacts factsOf(Applicant applicant) {
        boolean cannotPoll = cannotPoll(applicant.clientKey(), applicant.canPoll());
        return new ClientFacts(
                applicant.clientKey(), applicant.tokenId(), applicant.labels(), cannotPoll, applicant.tunnel());
    }

    private boolean cannotPoll(String clientKey, boolean canPoll) {
        return !canPoll || refusals.cannotPoll(clientKey);
    }
}
