package dev.sluice.core;

import java.util.Locale;

/**
 * Every way one request can fail while its connection lives: slug, HTTP status, whether trying again may help, and one
 * sentence for a human. Each protocol owns the table from these to its wire form; {@code docs/problems.md} lists them,
 * and a test holds the two together.
 */
public enum ProblemCode {
    INVALID_REQUEST(400, "The request is not valid."),
    MALFORMED_JSON(400, "The body is not valid JSON."),
    MISSING_FIELD(400, "A required field is missing."),
    INVALID_FIELD(400, "A field has a value that is not allowed."),
    UNKNOWN_TYPE(400, "This message type is not known here."),
    NOT_REGISTERED(400, "Register before sending this."),
    TOO_MANY_SUBSCRIPTIONS(400, "This session has as many subscriptions as it may."),
    AGENT_ID_MISMATCH(400, "The agent_id differs from the one this connection was opened for."),
    UNAUTHORIZED(401, "A valid token is required."),
    TOKEN_EXPIRED(401, "The token has expired."),
    FORBIDDEN(403, "This token may not do that."),
    ORIGIN_FORBIDDEN(403, "This origin is not allowed."),
    OUTSIDE_ROLLOUT(403, "This client is outside the rollout and is served by polling."),
    WEBSOCKET_DISABLED(403, "WebSocket is switched off; use polling."),
    UPSTREAM_REFUSED(403, "The application refused this."),
    NO_UPSTREAM(404, "No application is configured that this message could go to."),
    NOT_FOUND(404, "There is nothing here."),
    CLUSTER_NOT_FOUND(404, "No such cluster."),
    COMMAND_NOT_FOUND(404, "No such command."),
    METHOD_NOT_ALLOWED(405, "This method is not allowed here."),
    NAME_TAKEN(409, "The name is held by another agent of this workspace."),
    IDEMPOTENCY_CONFLICT(409, "The idempotency key was used with another body."),
    COMMAND_CLOSED(409, "The command is already closed."),
    PINNED(409, "The flag file pins this value."),
    TOKEN_FIXED(409, "The token comes from the environment and ends where it is changed there."),
    PLAN_STATE(409, "The rollout plan is in a phase that does not allow this."),
    SOCKET_AWAY(409, "The socket is not connected at present, so nobody can answer."),
    GONE(410, "What this cursor points at is no longer held."),
    SUNSET(410, "The HTTP agent endpoints have been removed; use WebSocket."),
    STALE_REVISION(412, "The revision has changed since it was read."),
    BODY_TOO_LARGE(413, "The body is too large."),
    UNSUPPORTED_MEDIA_TYPE(415, "The body must be application/json."),
    UPGRADE_REQUIRED(426, "This is served over WebSocket alone."),
    RATE_LIMITED(429, "Too many messages; slow down."),
    TOO_MANY_CONNECTIONS(429, "Too many connections."),
    QUEUE_FULL(429, "Too many commands are waiting for this cluster."),
    TOO_MANY_PIPELINES(429, "As many pipelines as there may be have reported already."),
    TOO_MANY_PUBLICATIONS(429, "Too many publications are waiting."),
    INTERNAL(500, "Something went wrong on our side."),
    STORE_UNAVAILABLE(503, "The database cannot be reached; try again."),
    UPSTREAM_UNAVAILABLE(503, "The application cannot be reached; try again."),
    UPSTREAM_FULL(503, "Too many messages wait for the application; try again."),
    UPSTREAM_TIMEOUT(504, "The application did not answer in time."),
    ACK_TIMEOUT(504, "The client did not answer in time."),
    SHUTTING_DOWN(503, "This node is shutting down; try again.");

    private final int status;
    private final String sentence;
    private final String slug = name().toLowerCase(Locale.ROOT).replace('_', '-');

    ProblemCode(int status, String sentence) {
        this.status = status;
        this.sentence = sentence;
    }

    /** The word that clients may match on: {@code type}, {@code code} and metric labels carry it. */
    public String slug() {
        return slug;
    }

    /** The HTTP status this problem is answered with. */
    public int status() {
        return status;
    }

    /** A sentence for a human, without internals. */
    public String sentence() {
        return sentence;
    }

    /** Whether the same request may succeed later without a change. */
    public boolean temporary() {
        return status == 429 || status == 503;
    }
}
