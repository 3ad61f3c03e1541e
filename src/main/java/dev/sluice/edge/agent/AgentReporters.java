package dev.sluice.edge.agent;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.session.ObservedClient;
import dev.sluice.delivery.session.ObservedClient.Part;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.telemetry.Reporters;
import dev.sluice.fleet.Fleet;
import dev.sluice.fleet.Presence;
import dev.sluice.identity.Token;
import dev.sluice.identity.TokenKind;
import org.jspecify.annotations.Nullable;

/** An agent's token may report for the agents that it could be. */
public final class AgentReporters implements Reporters {
    private final Fleet fleet;
    private final AgentDirectory directory;

    public AgentReporters(Fleet fleet, AgentDirectory directory) {
        this.fleet = fleet;
        this.directory = directory;
    }

    @Override
    public @Nullable ObservedClient of(Call call, String clientId) {
        Token token = call.tokenOrNull();
        if (token == null || token.kind() != TokenKind.AGENT) {
            return null;
        }
        int workspace = AgentDirectory.workspaceOf(token);
        Presence agent = fleet.known(workspace, clientId);
        boolean itsOwn = agent == null ? token.clusterId() == null : directory.mayTouch(token, agent);
        if (!itsOwn) {
            throw new SluiceException(ProblemCode.FORBIDDEN);
        }
        return new ObservedClient(
                clientId, AgentWitness.vouchedBy(workspace), call.origin().address(), Part.WEBSOCKET);
    }
}
