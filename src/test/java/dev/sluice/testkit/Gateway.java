package dev.sluice.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.Mode;
import dev.sluice.identity.NewToken;
import dev.sluice.identity.TokenBook;
import dev.sluice.identity.TokenKind;
import dev.sluice.rollout.control.RolloutControl;
import dev.sluice.rollout.decision.Percentage;
import io.quarkus.test.common.http.TestHTTPResourceManager;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The gateway under test. One for all classes, so whatever a test turns for everybody it gives back: {@link #restore}
 * after each test.
 */
@Singleton
public final class Gateway {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String WHO = "test";

    private final TokenBook tokens;
    private final RolloutControl rollout;
    private final InstantSource clock;
    private final List<TestAgent> agents = new ArrayList<>();
    private final List<String> overridden = new ArrayList<>();
    private boolean turned;

    Gateway(TokenBook tokens, RolloutControl rollout, InstantSource clock) {
        this.tokens = tokens;
        this.rollout = rollout;
        this.clock = clock;
    }

    public URI uri() {
        URI root = URI.create(TestHTTPResourceManager.getUri());
        return URI.create("http://localhost:" + root.getPort());
    }

    public Api anonymous() {
        return new Api(uri(), null);
    }

    public Api admin() {
        return new Api(uri(), "dev-admin-token");
    }

    public Api api(String token) {
        return new Api(uri(), token);
    }

    // --- tokens ---

    /** A workspace that no other test has. */
    public int workspace() {
        return ThreadLocalRandom.current().nextInt(1_000, Integer.MAX_VALUE);
    }

    public TokenBook.Issued issue(
            TokenKind kind, @Nullable Integer workspace, @Nullable UUID cluster, String... scopes) {
        return get(tokens.create(new NewToken(kind, "test", workspace, cluster, Set.of(scopes), null)));
    }

    public TokenBook.Issued issueForSeconds(TokenKind kind, int workspace, int seconds) {
        Instant end = clock.instant().plusSeconds(seconds);
        return get(tokens.create(new NewToken(kind, "test", workspace, null, Set.of(), end)));
    }

    public String agentToken(int workspace) {
        return issue(TokenKind.AGENT, workspace, null).secret();
    }

    public Api operator(int workspace) {
        return api(issue(TokenKind.OPERATOR, workspace, null).secret());
    }

    public void revoke(UUID tokenId) {
        get(tokens.revoke(tokenId));
    }

    // --- agents ---

    /** A new agent with the bootstrap token, in workspace 1. */
    public TestAgent agent() {
        return agent("dev-agent-token");
    }

    public TestAgent agent(String token) {
        return kept(new TestAgent(uri(), token));
    }

    public TestAgent agent(String token, String agentId) {
        return kept(new TestAgent(uri(), token, agentId));
    }

    private TestAgent kept(TestAgent agent) {
        agents.add(agent);
        return agent;
    }

    /** Orders something from an agent's cluster and answers the command's id. */
    public String command(TestAgent agent, Object payload) {
        return admin().post(
                        "/api/v1/clusters/%s/commands".formatted(agent.clusterId()),
                        Map.of("type", "echo", "payload", payload))
                .json(202)
                .path("id")
                .asText();
    }

    /** What operators see of a command. */
    public JsonNode seen(TestAgent agent, String commandId) {
        return admin().get("/api/v1/clusters/%s/commands/%s".formatted(agent.clusterId(), commandId))
                .json(200);
    }

    // --- rollout ---

    public void percentage(String percent) {
        turned = true;
        get(rollout.setTarget(Percentage.parse(percent), WHO, null, null));
    }

    public void flags(boolean webSocket, boolean fallback) {
        turned = true;
        get(rollout.setFlags(webSocket, fallback, WHO, null, null));
    }

    public void override(TestAgent agent, Mode mode) {
        overridden.add(agent.agentId());
        get(rollout.putOverride(agent.agentId(), mode, WHO, null, null));
    }

    /** Gives back whatever was turned, and closes the agents' sockets. */
    public void restore() {
        agents.forEach(TestAgent::close);
        agents.clear();
        overridden.forEach(selector -> get(rollout.removeOverride(selector, WHO, null, null)));
        overridden.clear();
        if (turned) {
            flags(true, true);
            get(rollout.clearTarget(WHO, null, null));
            turned = false;
        }
    }

    private static <T> T get(Uni<T> uni) {
        return uni.await().atMost(PATIENCE);
    }
}
