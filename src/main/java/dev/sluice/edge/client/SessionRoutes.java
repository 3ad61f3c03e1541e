package dev.sluice.edge.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.Disconnect;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.channel.AttachResult;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.delivery.channel.Connection;
import dev.sluice.delivery.channel.SessionCursor;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.Pipe;
import dev.sluice.edge.client.Arrivals.Ask;
import dev.sluice.edge.client.Arrivals.Found;
import dev.sluice.edge.gate.Newcomers;
import dev.sluice.edge.gate.Serving;
import dev.sluice.edge.http.Access;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.edge.http.ParkedCall;
import dev.sluice.edge.shortcut.Shortcut;
import dev.sluice.protocol.json.Fields;
import dev.sluice.protocol.sluice.SluiceCodec;
import dev.sluice.protocol.sluice.SluiceFrames;
import dev.sluice.protocol.sluice.SluiceProtocol;
import dev.sluice.protocol.sluice.SluiceRequest;
import dev.sluice.protocol.sluice.SluiceRequests;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/sessions}: a native session without a WebSocket, by long poll, event stream and batches of frames. */
final class SessionRoutes {
    private static final String ID = "session_id";
    /** Whose request it turned out to be, for whoever tells of its failure. */
    private static final String CLIENT = "sluice.client";

    private static final String SESSION = NativeUrls.SESSIONS + "/{" + ID + "}";
    private static final int MAX_BATCH = 100;
    private static final int MAX_TEXT = 16 * 1024;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Polling polling;
    private final NativeParts parts;
    private final NativeWitness witness;
    private final Arrivals arrivals;
    private final Newcomers newcomers;

    SessionRoutes(Polling polling, Newcomers newcomers) {
        this.polling = polling;
        this.parts = polling.parts;
        this.witness = polling.witness;
        this.arrivals = polling.arrivals;
        this.newcomers = newcomers;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post(NativeUrls.SESSIONS, Access.CLIENT, told(this::begin)),
                Endpoint.delete(SESSION, Access.CLIENT, new Requests(this::end)),
                Endpoint.get(SESSION + "/messages", Access.CLIENT, new Polls()).askedOften(),
                Endpoint.post(SESSION + "/messages", Access.CLIENT, new Requests(this::say))
                        .askedOften(),
                Endpoint.get(SESSION + "/events", Access.CLIENT, told(this::stream)));
    }

    /** What a client is refused is told to the observer. */
    private Endpoint.Handler told(Function<Call, Uni<Answer>> handler) {
        return call -> Uni.createFrom()
                .deferred(() -> handler.apply(call))
                .onFailure()
                .invoke(failure -> witness.failedOverHttp(call.routing().get(CLIENT), failure));
    }

    // --- what the URLs below one session share ---

    private interface Step {
        Uni<Answer> take(Call call, Found found, Serving serving);
    }

    /** Finds the session in the path, its owner's, and tells the client how it is served. */
    private Uni<Answer> with(Call call, @Nullable String after, Step then) {
        witness.received(TransportKind.POLLING);
        return arrivals.find(call, new Ask(call.path(ID), after, null))
                .invoke(found -> seen(call, found))
                .chain(found -> arrivals.open(found, TransportKind.POLLING))
                .chain(found -> then.take(call, found, found.client().serving()));
    }

    private void seen(Call call, Found found) {
        NativeClient client = found.client();
        call.routing().put(CLIENT, client);
        client.sawHttp(parts.clock().millis());
    }

    /** One message of the client's budget. One that said nothing of itself paid with its address at the door. */
    private void spend(Call call, NativeClient client) {
        if (!client.identity().anonymous()) {
            parts.rates().spendClient(client.budget(call.origin()));
        }
    }

    // --- POST /sessions ---

    private Uni<Answer> begin(Call call) {
        JsonNode body = call.body();
        if (!body.isObject()) {
            throw SluiceException.invalidRequest("body", "The body is one JSON object.");
        }
        Ask ask = new Ask(
                Fields.optionalText(body, "resume_token", MAX_TEXT),
                Fields.optionalText(body, "after", MAX_TEXT),
                Fields.optionalText(body, "client_id", MAX_TEXT));
        newcomers.checkOpen();
        witness.received(TransportKind.POLLING);
        return arrivals.find(call, ask)
                .invoke(found -> seen(call, found))
                .chain(found -> attempted(found, () -> {
                    spend(call, found.client());
                    found.client().serving().requirePolling();
                    return arrivals.open(found, TransportKind.POLLING)
                            .chain(opened -> takeUp(call, opened, found.recovered()));
                }));
    }

    /** A session over HTTP is an attempt at polling, as the upgrade is one at WebSocket. */
    private Uni<Answer> attempted(Found found, Supplier<Uni<Answer>> work) {
        NativeClient client = found.client();
        witness.tried(TransportKind.POLLING, client);
        return Uni.createFrom()
                .deferred(work::get)
                .invoke(() -> witness.worksOverHttp(client))
                .onFailure()
                .invoke(failure -> witness.refused(TransportKind.POLLING, client, failure));
    }

    private Uni<Answer> takeUp(Call call, Found found, boolean recovered) {
        ChannelSession session = found.required();
        NativeClient client = found.client();
        return Uni.createFrom()
                .<SessionCursor>emitter(emitter -> session.execute(() -> {
                    Pipe pipe = new Pipe(
                            new CallingCard(), frame -> SluiceFrames.encode(session.epoch(), frame), 1, 1, () -> {});
                    AttachResult result = session.attach(
                            new Connection(session.client().owner(), pipe, accepted -> {}, asked -> {}), found.from());
                    Attachment attachment = result.attachment();
                    if (attachment == null || result.accepted() == null) {
                        emitter.fail(refused(result));
                        return;
                    }
                    long now = parts.clock().millis();
                    client.attached(attachment, TransportKind.POLLING, now);
                    if (recovered) {
                        new SluiceProtocol(session, client, parts.clock()).leaveForbidden();
                    }
                    attachment.ended(Attachment.End.ANSWERED);
                    client.left(now);
                    emitter.complete(result.accepted());
                }))
                .map(accepted -> {
                    witness.told(client, client.serving(), parts.clock().millis());
                    return Answer.of(
                            recovered ? 200 : 201,
                            NativeAnswers.welcome(client.welcome(call.origin(), recovered), accepted));
                });
    }

    static SluiceException refused(AttachResult result) {
        return new SluiceException(
                result.kind() == AttachResult.Kind.FORBIDDEN ? ProblemCode.FORBIDDEN : ProblemCode.GONE);
    }

    // --- DELETE /sessions/{id} ---

    private Uni<Answer> end(Call call, Found found, Serving serving) {
        spend(call, found.client());
        ChannelSession session = found.required();
        // Whoever reads the answer finds it gone, whichever loop serves the next request.
        return Uni.createFrom()
                .emitter(emitter -> session.execute(() -> {
                    session.end(Disconnect.SESSION_GONE);
                    emitter.complete(Answer.noContent());
                }));
    }

    /** Of a session that is there already, so that its client is known before the body is. */
    private final class Requests implements Endpoint.Handler {
        private final Endpoint.Handler then;

        Requests(Step step) {
            this.then = told(call -> with(call, null, step));
        }

        @Override
        public void arrived(Call call) {
            arrivals.greet(call, call.path(ID));
        }

        @Override
        public Uni<Answer> handle(Call call) {
            return then.handle(call);
        }
    }

    // --- GET and POST /sessions/{id}/messages ---

    /** Polls: nearly every one is of a session that is here, and waits for nobody before it is parked or answered. */
    private final class Polls implements Endpoint.Handler {
        private final Endpoint.Handler elsewhere =
                told(call -> with(call, call.query("after"), (same, found, serving) -> poll(call, found, serving)
                        .begin()));

        @Override
        public Uni<Answer> handle(Call call) {
            return elsewhere.handle(call);
        }

        @Override
        public boolean handleAtOnce(Call call, Consumer<Throwable> failed) {
            Consumer<Throwable> refused = failure -> {
                witness.failedOverHttp(call.routing().get(CLIENT), failure);
                failed.accept(failure);
            };
            try {
                Found found = arrivals.present(call, call.path(ID), call.query("after"));
                if (found == null) {
                    return false;
                }
                witness.received(TransportKind.POLLING);
                seen(call, found);
                SessionPoll poll = poll(call, found, found.serving());
                if (call.client().anonymous()) {
                    String path = call.routing().request().path();
                    Shortcut.offer(call.routing(), new RegularPoll(polling, found.required(), path, call.origin()));
                }
                poll.begin(() -> {}, refused);
            } catch (RuntimeException failure) {
                refused.accept(failure);
            }
            return true;
        }

        private SessionPoll poll(Call call, Found found, Serving serving) {
            PollQuery asks = PollQuery.of(call);
            spend(call, found.client());
            serving.requirePolling();
            long now = parts.clock().millis();
            return polling.admit(new ParkedCall(call), call.origin(), found, serving, asks, now);
        }
    }

    /** All of them are read before the first is done: a batch that is not good does nothing. */
    private Uni<Answer> say(Call call, Found found, Serving serving) {
        List<SluiceRequest> requests = new ArrayList<>();
        for (JsonNode frame : frames(call.body())) {
            requests.add(SluiceRequests.read(SluiceCodec.of(frame)));
        }
        NativeClient client = found.client();
        if (!parts.rates().clientBudget(client.budget(call.origin())).tryConsume(requests.size())) {
            throw SluiceException.retryLater(ProblemCode.RATE_LIMITED, RETRY_AFTER);
        }
        ChannelSession session = found.required();
        SluiceProtocol protocol = new SluiceProtocol(session, client, parts.clock());
        session.execute(() -> requests.forEach(request -> protocol.run(request, client.attachment())));
        return Uni.createFrom().item(Answer.of(202, Map.of("accepted", requests.size())));
    }

    private static List<JsonNode> frames(JsonNode body) {
        boolean named = body.path("messages").isArray();
        JsonNode given = named ? body.get("messages") : body;
        if (given.isObject()) {
            return List.of(given);
        }
        if (given.isEmpty() || given.size() > MAX_BATCH) {
            throw SluiceException.invalidRequest(
                    named ? "messages" : "body", "A batch holds 1 to %d frames.".formatted(MAX_BATCH));
        }
        List<JsonNode> frames = new ArrayList<>(given.size());
        for (JsonNode frame : given) {
            if (!frame.isObject()) {
                String place = "%s[%d]".formatted(named ? "messages" : "", frames.size());
                throw SluiceException.invalidRequest(place, "A frame is a JSON object.");
            }
            frames.add(frame);
        }
        return frames;
    }

    // --- GET /sessions/{id}/events ---

    private Uni<Answer> stream(Call call) {
        String after = call.header("Last-Event-ID");
        if (after == null || after.isEmpty()) {
            after = call.query("after");
        }
        return with(call, after, (same, found, serving) -> {
            spend(call, found.client());
            serving.requirePolling();
            witness.told(found.client(), serving, parts.clock().millis());
            Runnable countOut =
                    newcomers.countIn(found.client().account(), call.origin().address());
            return new SessionStream(parts, polling.connections, call, found, countOut).begin(polling.joined);
        });
    }
}
