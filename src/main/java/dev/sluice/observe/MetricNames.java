package dev.sluice.observe;

/**
 * Every meter of the gateway, by its Micrometer name: Prometheus shows dots as {@code _}, counters with {@code _total}
 * and timers with {@code _seconds}. The label keys stand behind each name. {@code docs/metrics.md} tells the same to
 * operators, and a test holds the two together.
 */
public final class MetricNames {
    private MetricNames() {}

    /** Connections now: open sockets, and agents that live on polling. {@code transport, protocol}. Gauge. */
    public static final String CONNECTIONS = "sluice.connections";

    /** Attempts that were settled. {@code transport, protocol, outcome}. Counter. */
    public static final String CONNECTION_ATTEMPTS = "sluice.connection.attempts";

    /** From the append to a client that was there. {@code transport, protocol}. Histogram. */
    public static final String EVENT_DELIVERY = "sluice.event.delivery";

    /** Frames, and polls with what they brought back. {@code direction, transport, protocol}. Counter. */
    public static final String MESSAGES = "sluice.messages";

    /** Clients put on polling because their WebSocket failed. {@code protocol, reason}. Counter. */
    public static final String FALLBACKS = "sluice.fallbacks";

    /** Clients moved from one transport to the other. {@code from, to, reason}. Counter. */
    public static final String SWITCHES = "sluice.switches";

    /** Requests of clients that failed, and connections that ended badly. {@code transport, kind}. Counter. */
    public static final String ERRORS = "sluice.errors";

    /** How long clients were away that came back over the same transport. Histogram. */
    public static final String RECONNECT = "sluice.reconnect";

    /** Signs of life of agents. {@code transport, outcome}. Counter. */
    public static final String HEARTBEATS = "sluice.heartbeats";

    /** The rollout's percentages. {@code kind}. Gauge. */
    public static final String ROLLOUT_PERCENTAGE = "sluice.rollout.percentage";

    /** 1 for the guard's present verdict. {@code verdict}. Gauge. */
    public static final String ROLLOUT_VERDICT = "sluice.rollout.verdict";

    /** Times the ceiling was lowered by the guard or a person. {@code reason}. Counter. */
    public static final String ROLLBACKS = "sluice.rollbacks";

    /** What the guard's figures are. {@code figure, cohort}. Gauge. */
    public static final String GUARD_FIGURE = "sluice.rollout.guard.figure";

    /** How many samples they rest on. {@code figure, cohort}. Gauge. */
    public static final String GUARD_SAMPLES = "sluice.rollout.guard.samples";

    /** Between which their true values lie. {@code figure, side}. Gauge. */
    public static final String GUARD_BOUND = "sluice.rollout.guard.bound";

    /** Evidence as a share of what is needed. {@code figure, direction}. Gauge. */
    public static final String GUARD_EVIDENCE = "sluice.rollout.guard.evidence";

    /** 1 for the phase the plan is in. {@code phase}. Gauge. */
    public static final String PLAN_PHASE = "sluice.rollout.plan.phase";

    /** The plan's step. Gauge. */
    public static final String PLAN_STEP = "sluice.rollout.plan.step";

    /** What is left of the bake. Gauge. */
    public static final String PLAN_BAKE_LEFT = "sluice.rollout.plan.bake.left";

    /** Share of the present clients: {@code assigned} to WebSocket, and {@code connected} over it. {@code kind}. Gauge. */
    public static final String ROLLOUT_SHARE = "sluice.rollout.share";

    /** Drains that found somebody to move. {@code cause}. Counter. */
    public static final String DRAIN_STARTED = "sluice.drain.started";

    /** Clients that a drain told to go. {@code protocol}. Counter. */
    public static final String DRAIN_TOLD = "sluice.drain.told";

    /** Times a drain waited for the polling side. Counter. */
    public static final String DRAIN_PAUSES = "sluice.drain.pauses";

    /** 1 for what the drain is at. {@code state}. Gauge. */
    public static final String DRAIN_STATE = "sluice.drain.state";

    /** Clients of the present or the last drain. {@code state}. Gauge. */
    public static final String DRAIN_CLIENTS = "sluice.drain.clients";

    /** Changed flag files, by what became of them. {@code result}. Counter. */
    public static final String CONFIG_RELOADS = "sluice.config.reloads";

    /** What became of commands. {@code outcome}. Counter. */
    public static final String COMMANDS = "sluice.commands";

    /** Clusters whose open commands are in memory. Gauge. */
    public static final String COMMANDS_LOADED_CLUSTERS = "sluice.commands.loaded.clusters";

    /** Commands with changes that the database does not have yet. Gauge. */
    public static final String COMMANDS_UNWRITTEN = "sluice.commands.unwritten";

    /** Changes of commands that were given up because too many were unwritten. Counter. */
    public static final String COMMANDS_REFUSED_WRITES = "sluice.commands.refused.writes";

    /** Bytes held for clients that have not acknowledged them. Gauge. */
    public static final String MAILBOX_HELD = "sluice.mailbox.held";

    /** 1 while the database answers. Gauge. */
    public static final String STORE_UP = "sluice.store.up";

    /** Sessions in memory, attached or waiting for their client. {@code protocol}. Gauge. */
    public static final String SESSIONS_ACTIVE = "sluice.sessions.active";

    /** Sessions that are over, by close code. {@code code}. Counter. */
    public static final String SESSIONS_CLOSED = "sluice.sessions.closed";

    /** Mailboxes that were over a limit and let go of what they held. Counter. */
    public static final String MAILBOX_CUT_DOWN = "sluice.mailbox.cut.down";

    /** Clients disconnected because they did not read. {@code transport}. Counter. */
    public static final String SLOW_CONSUMERS = "sluice.slow.consumers";

    /** Limits that were hit. {@code limit}. Counter. */
    public static final String LIMITS_HIT = "sluice.limits.hit";

    /** HTTP requests, upgrades among them, that were answered with a problem. {@code kind}. Counter. */
    public static final String HTTP_PROBLEMS = "sluice.http.problems";

    /** Polls that wait for something to come. Gauge. */
    public static final String POLLS_PARKED = "sluice.polls.parked";

    /** What was settled for the guard, one vote a client and window. {@code cohort, outcome}. Counter. */
    public static final String ROLLOUT_VOTES = "sluice.rollout.votes";

    /** 1 while one unauthenticated address makes up most of the votes. {@code cohort}. Gauge. */
    public static final String ROLLOUT_CONCENTRATED = "sluice.rollout.concentrated";

    /** Clients that evidence is remembered of. Gauge. */
    public static final String EVIDENCE_CLIENTS = "sluice.rollout.evidence.clients";

    /** Attempts whose deadline is to come. Gauge. */
    public static final String EVIDENCE_OPEN = "sluice.rollout.evidence.open.attempts";

    /** Clients that were forgotten to make room for others. Counter. */
    public static final String EVIDENCE_EVICTED = "sluice.rollout.evidence.evicted";

    /** Events that were not counted, by why. {@code reason}. Counter. */
    public static final String EVIDENCE_DROPPED = "sluice.rollout.evidence.dropped";

    /** What clients reported of themselves. {@code event}. Counter. */
    public static final String TELEMETRY_REPORTS = "sluice.telemetry.reports";

    /** Latencies that clients reported. {@code transport}. Histogram. */
    public static final String TELEMETRY_LATENCY = "sluice.telemetry.latency";

    static final String EVENT = "event";
    /** Streams that are told when to evaluate flags again. Gauge. */
    public static final String OFREP_STREAMS = "sluice.ofrep.streams";

    /** Notifications by what became of them, and tries that failed. {@code outcome}. Counter. */
    public static final String NOTIFICATIONS = "sluice.notifications";

    /** Notifications that wait or are under way. Gauge. */
    public static final String NOTIFICATIONS_WAITING = "sluice.notifications.waiting";

    /** What was appended to channels. {@code kind}. Counter. */
    public static final String CHANNEL_PUBLICATIONS = "sluice.channel.publications";

    /** Publications that were refused. Counter. */
    public static final String CHANNEL_REFUSED = "sluice.channel.refused";

    /** How long a batch of durable publications took to be stored. Timer. */
    public static final String CHANNEL_COMMIT = "sluice.channel.commit";

    /** Subscriptions, and whether all that was asked for came. {@code recovered}. Counter. */
    public static final String CHANNEL_SUBSCRIPTIONS = "sluice.channel.subscriptions";

    /** Live subscriptions that had to be filled from the history again. Counter. */
    public static final String CHANNEL_FELL_BEHIND = "sluice.channel.fell.behind";

    /** Full unsent zones, by what was done about them. {@code policy}. Counter. */
    public static final String CHANNEL_OVERFLOWS = "sluice.channel.overflows";

    /** Channels that were forgotten to keep to the bound. Counter. */
    public static final String CHANNELS_EVICTED = "sluice.channels.evicted";

    /** Sessions made again from the database. Counter. */
    public static final String SESSIONS_RESTORED = "sluice.sessions.restored";

    /** Questions to the application that somebody waited for. {@code outcome}. Counter. */
    public static final String UPSTREAM_REQUESTS = "sluice.upstream.requests";

    /** Events for the application by what became of them. {@code outcome}. Counter. */
    public static final String OUTBOX_EVENTS = "sluice.outbox.events";

    /** Events that the application has yet to hear, as last counted. Gauge. */
    public static final String OUTBOX_WAITING = "sluice.outbox.waiting";

    /** Pipelines by whether they were heard lately. {@code state}. Gauge. */
    public static final String PIPELINES = "sluice.status.pipelines";

    static final String TRANSPORT = "transport";
    static final String PROTOCOL = "protocol";
    static final String OUTCOME = "outcome";
    static final String DIRECTION = "direction";
    static final String REASON = "reason";
    static final String FROM = "from";
    static final String TO = "to";
    static final String KIND = "kind";
    static final String CAUSE = "cause";
    static final String STATE = "state";
    static final String VERDICT = "verdict";
    static final String RESULT = "result";
    static final String CODE = "code";
    static final String LIMIT = "limit";
    static final String POLICY = "policy";
    static final String RECOVERED = "recovered";
    static final String FIGURE = "figure";
    static final String COHORT = "cohort";
    static final String SIDE = "side";
    static final String PHASE = "phase";
}
