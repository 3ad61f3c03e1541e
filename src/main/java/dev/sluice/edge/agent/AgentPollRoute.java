package dev.sluice.edge.agent;

import dev.sluice.core.Mode;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.command.AgentSession;
import dev.sluice.delivery.command.CommandQueue;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.Batch;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.Pipe;
import dev.sluice.delivery.session.Transport.Completion;
import dev.sluice.edge.gate.PollLateness;
import dev.sluice.edge.gate.Serving;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.Headers;
import dev.sluice.edge.loop.Deadlines.Deadline;
import dev.sluice.fleet.Presence;
import dev.sluice.protocol.agent.AgentConnection;
import dev.sluice.protocol.agent.AgentCursor;
import dev.sluice.protocol.agent.AgentFrames;
import dev.sluice.protocol.agent.RegisterRequest;
import dev.sluice.transport.poll.PollExchange;
import dev.sluice.transport.poll.PollTransport;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET …/poll}: one request becomes one transport of the agent's session. Without {@code wait} it is answered at
 * once; with it, as soon as there is a command, the wait is over, the decision changed or polling is switched off. It is
 * then answered empty with its own cursor and the present mode; where polling is off, the next one is told so.
 */
final class AgentPollRoute {
    /** Below the listener's idle timeout, so that a quiet poll is answered and not cut. */
    private static final int LONGEST_WAIT_SECONDS = 55;

    private static final int MAX_FRAMES = 100;
    private static final int MAX_BYTES = 1 << 20;

    private final AgentParts parts;
    private final ParkedPolls parked;
    private final AgentArrivals arrivals;
    private final PollLateness lateness;
    private final Duration interval;

    AgentPollRoute(
            AgentParts parts, ParkedPolls parked, AgentArrivals arrivals, PollLateness lateness, Duration interval) {
        this.parts = parts;
        this.parked = parked;
        this.arrivals = arrivals;
        this.lateness = lateness;
        this.interval = interval;
    }

    /** Answers by itself: the item is null. */
    Uni<@Nullable Answer> poll(Call call, Presence agent) {
        int wait = call.queryAtMost("wait", 0, LONGEST_WAIT_SECONDS);
        String cursor = call.query("after");
        Long after = cursor == null ? null : AgentCursor.read(agent.clusterId(), cursor);
        Context requestContext = call.routing().vertx().getOrCreateContext();
        parts.observer().received(AgentConnection.PROTOCOL, TransportKind.POLLING);
        return parts.router().queue(agent.clusterId()).map(queue -> {
            Exchange exchange = new Exchange(call, agent, requestContext);
            attach(exchange, queue, after, wait);
            return null;
        });
    }

    /** On the cluster's home. */
    private void attach(Exchange exchange, CommandQueue queue, @Nullable Long after, int wait) {
        Presence agent = exchange.agent;
        AgentSession session = sessionOf(exchange.call, queue);
        exchange.session = session;
        boolean settled = agent.everSettled();
        if (after != null) {
            agent.settlesCommands();
        }
        Home home = parts.homes().apply(agent.clusterId());
        long ownCursor = after != null ? after : session.mailbox().acknowledgedCursor();
        PollTransport transport = new PollTransport(exchange, home, ownCursor);
        Pipe pipe = new Pipe(transport, AgentFrames::polledCommand, MAX_FRAMES, MAX_BYTES, transport::answerEmpty);
        Attachment attached =
                session.attachPoll(pipe, after, settled, interval, parts.clock().millis());
        if (attached == null) {
            throw new SluiceException(ProblemCode.GONE);
        }
        exchange.attached = attached;
        transport.attachedAs(attached);
        if (wait == 0) {
            transport.answerEmpty();
        } else if (!transport.spent()) {
            exchange.park(transport, home, wait);
        }
    }

    private AgentSession sessionOf(Call call, CommandQueue queue) {
        String instance = RegisterRequest.instanceId(call.query("instance_id"));
        if (instance == null) {
            AgentSession only = parts.sessions().onlyReplica(queue.clusterId());
            return only != null ? only : parts.sessions().open(queue, "");
        }
        return parts.sessions().open(queue, instance);
    }

    /** One request that is parked and answered exactly once. */
    private final class Exchange implements PollExchange {
        private final Call call;
        private final Presence agent;
        private final Context requestContext;
        private final long askedAt = System.nanoTime();
        private boolean waited;
        private @Nullable AgentSession session;
        private @Nullable Attachment attached;
        private ParkedPolls.@Nullable Release release;
        private @Nullable Deadline deadline;

        Exchange(Call call, Presence agent, Context requestContext) {
            this.call = call;
            this.agent = agent;
            this.requestContext = requestContext;
        }

        /** On the cluster's home. */
        void park(PollTransport transport, Home home, int seconds) {
            Mode mode = servingNow().mode();
            if (agent.toldOtherwise(mode)) {
                // It would wait for up to a minute before it heard what changed between its two polls.
                agent.tell(mode);
                transport.answerEmpty();
                return;
            }
            waited = true;
            ParkedPolls.Release toRelease = () -> home.execute(transport::answerEmpty);
            release = toRelease;
            deadline = parked.waits().in(seconds, toRelease::run);
            ParkedPolls.Parked poll = new ParkedPolls.Parked(
                    toRelease, agent, call.token(), mode, parts.clock().millis());
            parked.park(poll);
            arrivals.joined(poll);
            requestContext.runOnContext(hop -> call.routing()
                    .response()
                    .closeHandler(gone -> home.execute(() -> {
                        transport.abandoned();
                        unpark();
                    })));
        }

        private Serving servingNow() {
            return parts.gate().servingOf(parts.applicants().of(agent, call.tokenOrNull(), false));
        }

        private void unpark() {
            if (release != null) {
                parked.answered(release);
                release = null;
                if (deadline != null) {
                    deadline.lift();
                }
            }
        }

        @Override
        public void answer(Batch batch, Completion done) {
            unpark();
            if (session != null) {
                session.polled(parts.clock().millis());
            }
            Completion told = batch.frames().isEmpty()
                    ? done
                    : accepted -> {
                        done.done(accepted);
                        AgentSession answered = session;
                        if (accepted && answered != null) {
                            answered.session().execute(() -> {
                                if (attached != null) {
                                    answered.pollAnswered(attached);
                                }
                            });
                        }
                    };
            requestContext.runOnContext(hop -> write(batch, told));
        }

        private void write(Batch batch, Completion done) {
            HttpServerResponse response = call.routing().response();
            if (response.ended() || response.closed()) {
                done.done(false);
                return;
            }
            Serving serving = servingNow();
            agent.tell(serving.mode());
            response.putHeader(HttpHeaders.CONTENT_TYPE, Headers.JSON);
            Headers.tellMode(response, serving.mode());
            byte[] body = AgentAnswers.poll(agent, batch, serving, call.origin(), interval)
                    .bytes();
            response.end(Buffer.buffer(body)).onComplete(result -> {
                if (!waited) {
                    lateness.answered(System.nanoTime() - askedAt);
                }
                done.done(result.succeeded());
                if (result.succeeded()) {
                    parts.witness().served(agent, serving);
                }
            });
            parts.observer()
                    .sent(
                            AgentConnection.PROTOCOL,
                            TransportKind.POLLING,
                            Math.max(1, batch.frames().size()));
        }
    }
}
