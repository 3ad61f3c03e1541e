package dev.sluice.edge.gate;

import dev.sluice.core.SluiceException;
import dev.sluice.delivery.session.Gate.Applicant;
import dev.sluice.fleet.Fleet;
import dev.sluice.fleet.Presence;
import dev.sluice.identity.Token;
import dev.sluice.identity.TokenKind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Clients that somebody asks about without being their connection: whoever asks, and under whichever URL, the same
 * client is decided alike. Any thread.
 */
public final class AskedClients {
    /** As long as the longest client key an override may name. */
    private static final int MAX_KEY = 512;

    private final AgentApplicants applicants;
    private final Fleet fleet;

    public AskedClients(AgentApplicants applicants, Fleet fleet) {
        this.applicants = applicants;
        this.fleet = fleet;
    }

    /**
     * What the question itself says of the client.
     *
     * @param labels for overrides by label; of an agent that has registered, only what it registered counts
     * @param canPoll false where the client is said to be unable to poll
     */
    public record Stated(Map<String, String> labels, boolean canPoll) {
        /** Only the key was named. */
        public static final Stated NOTHING = new Stated(Map.of(), true);
    }

    /**
     * The client's key as it was sent.
     *
     * @throws SluiceException naming the field, where there is none or it is none that a client could have
     */
    public static String key(String field, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw SluiceException.missing(field);
        }
        if (value.length() > MAX_KEY || value.chars().anyMatch(Character::isISOControl)) {
            throw SluiceException.invalid(
                    field, "at most %d characters, without control characters".formatted(MAX_KEY));
        }
        return value;
    }

    /** An agent that this node has met is decided as its own polls are; of anybody else only what is stated is known. */
    public Applicant of(String key, @Nullable Token caller, Stated stated) {
        Token own = caller != null && caller.kind() == TokenKind.AGENT ? caller : null;
        Presence agent = fleet.knownAnywhere(key);
        if (agent != null) {
            return applicants.of(agent, own, !stated.canPoll());
        }
        String tokenId = own == null ? null : own.id().toString();
        return new Applicant(key, tokenId, stated.labels(), stated.canPoll(), false);
    }
}
