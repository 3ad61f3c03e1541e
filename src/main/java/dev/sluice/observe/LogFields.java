package dev.sluice.observe;

import java.util.Set;

/**
 * The names that stand in the brackets of log lines, {@code [session: %s, cluster: %s]}: one word for one thing, so that
 * a search finds every room's lines. A test holds every log statement to this list. Payloads, tokens and queries never
 * stand there; sessions and clients only shortened.
 */
public final class LogFields {
    private LogFields() {}

    /** The agent's {@code agent_id}. */
    public static final String AGENT = "agent";

    /** What held until then. */
    public static final String BEFORE = "before";

    /** The guard's ceiling. */
    public static final String CEILING = "ceiling";

    /** The plan's phase. */
    public static final String PHASE = "phase";

    /** What a verdict rests on. */
    public static final String REASONS = "reasons";

    /** One sentence for a person. */
    public static final String WHY = "why";

    /** The id of the token that an operator acted with. */
    public static final String BY = "by";

    /** What an exception says, where its trace would tell nothing more. */
    public static final String CAUSE = "cause";

    /** A cluster's id. */
    public static final String CLUSTER = "cluster";

    /** A command's id. */
    public static final String COMMAND = "command";

    /** A file's path. */
    public static final String FILE = "file";

    /** The flags in force. */
    public static final String FLAGS = "flags";

    /** A token's kind. */
    public static final String KIND = "kind";

    /** A request's method. */
    public static final String METHOD = "method";

    /** A request's path, without its query. */
    public static final String PATH = "path";

    /** A port that is listened on. */
    public static final String PORT = "port";

    /** A problem's slug. */
    public static final String PROBLEM = "problem";

    /** A wire language, e.g. {@code agent}. */
    public static final String PROTOCOL = "protocol";

    /** The rollout's revision. */
    public static final String REVISION = "revision";

    /** A row of the audit log. */
    public static final String ROW = "row";

    /** A session's id, shortened. */
    public static final String SESSION = "session";

    /** A token's id, never the token. */
    public static final String TOKEN = "token";

    /** websocket, polling or sse. */
    public static final String TRANSPORT = "transport";

    static final Set<String> ALL = Set.of(
            AGENT, BEFORE, BY, CEILING, CAUSE, CLUSTER, COMMAND, FILE, FLAGS, KIND, METHOD, PATH, PHASE, PORT, PROBLEM,
            PROTOCOL, REASONS, REVISION, ROW, SESSION, TOKEN, TRANSPORT, WHY);
}
