package dev.sluice.upstream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.sluice.core.EventData;
import dev.sluice.core.Payload;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.channel.Broker;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.upstream.ClientEvents;
import dev.sluice.delivery.upstream.ClientMessage;
import dev.sluice.delivery.upstream.ClientMessages;
import dev.sluice.delivery.upstream.ClientReplies;
import dev.sluice.delivery.upstream.OutboxStore;
import dev.sluice.delivery.upstream.OutboxStore.NewEntry;
import dev.sluice.upstream.Outbox.Delivery;
import dev.sluice.webhook.CloudEventWriter;
import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.jackson.JsonFormat;
import io.smallrye.mutiny.Uni;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.OpenCircuitException;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.TimeoutException;
import org.apache.commons.codec.digest.DigestUtils;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The application behind the gateway. It is asked at once who may come, and what it says to a message whose sender
 * awaits an answer; of everything else it is told by the {@link Outbox}. What it publishes in return goes to channels.
 * Any thread; never blocks.
 */
public final class Upstream implements ClientMessages, ClientEvents {
    static final String CONNECTED = "dev.sluice.client.connected";
    static final String DISCONNECTED = "dev.sluice.client.disconnected";
    static final String MESSAGE = "dev.sluice.client.message";

    private static final Logger LOG = Logger.getLogger(Upstream.class);
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonFormat FORMAT = new JsonFormat();

    private final UpstreamClient client;
    private final CircuitBreaker breaker;
    private final CloudEventWriter events;
    private final Broker broker;
    private final ClientReplies replies;
    private final InstantSource clock;
    private final UpstreamObserver observer;
    private final Unanswered onUnanswered;
    private final Outbox outbox;

    /** What becomes of a client that comes while the application does not answer. */
    public enum Unanswered {
        REJECT,
        /** It is let in, and the application hears of it later. */
        ACCEPT
    }

    /**
     * What it stands on.
     *
     * @param breaker stops asking for a while where nobody answers
     * @param replies says something to one client alone
     */
    public record Ports(
            UpstreamClient client,
            CircuitBreaker breaker,
            CloudEventWriter events,
            Broker broker,
            ClientReplies replies,
            InstantSource clock,
            UpstreamObserver observer) {}

    /**
     * @param home where the outbox lives
     * @param store where it survives
     */
    public Upstream(Ports ports, Unanswered onUnanswered, OutboxStore store, Home home, Outbox.Settings settings) {
        this.client = ports.client();
        this.breaker = ports.breaker();
        this.events = ports.events();
        this.broker = ports.broker();
        this.replies = ports.replies();
        this.clock = ports.clock();
        this.observer = ports.observer();
        this.onUnanswered = onUnanswered;
        this.outbox = new Outbox(store, this::tell, home, settings, clock, observer);
    }

    /** What waits to be told. */
    public Outbox outbox() {
        return outbox;
    }

    @Override
    public Uni<Void> connecting(Caller caller) {
        CloudEvent event = events.event(CONNECTED, caller.clientId(), life(caller));
        return ask(event)
                .chain(answer -> answer.refusal() == null
                        ? publish(answer, event)
                        : Uni.createFrom().failure(refused(answer.refusal())))
                .onFailure(failure -> onUnanswered == Unanswered.ACCEPT && unanswered(failure))
                .recoverWithUni(() -> outbox.keep(entry(caller.clientId(), event)));
    }

    @Override
    public void disconnected(Caller caller, String reason) {
        ObjectNode data = life(caller).put("reason", reason);
        CloudEvent event = events.event(DISCONNECTED, caller.clientId(), data);
        outbox.keep(entry(caller.clientId(), event))
                .subscribe()
                .with(
                        kept -> {},
                        failure -> LOG.warnf("the application will not hear that a client left [cause: %s]", failure));
    }

    @Override
    public Uni<@Nullable Payload> send(ClientMessage message) {
        CloudEvent event = events.event(MESSAGE, message.from().clientId(), "application/json", message(message));
        if (message.requestId() == null) {
            return outbox.keep(entry(message.from().clientId(), event)).replaceWith((Payload) null);
        }
        return ask(event)
                .chain(answer -> answer.refusal() == null
                        ? publish(answer, event).replaceWith(answer.ack())
                        : Uni.createFrom().failure(refused(answer.refusal())));
    }

    private static boolean unanswered(Throwable failure) {
        return failure instanceof SluiceException known
                && (known.code() == ProblemCode.UPSTREAM_TIMEOUT || known.code() == ProblemCode.UPSTREAM_UNAVAILABLE);
    }

    private static SluiceException refused(String why) {
        return new SluiceException(ProblemCode.UPSTREAM_REFUSED, why);
    }

    private NewEntry entry(String clientId, CloudEvent event) {
        return new NewEntry(clientId, new String(FORMAT.serialize(event), StandardCharsets.UTF_8), clock.instant());
    }

    private static ObjectNode life(Caller caller) {
        ObjectNode data = MAPPER.createObjectNode()
                .put("client_id", caller.clientId())
                .put("session", nameOf(caller.session()))
                .put("protocol", caller.protocol())
                .put("transport", caller.transport());
        caller.more().forEach((name, json) -> data.putRawValue(name, new RawValue(json.asString())));
        return caller.subject() == null ? data : data.put("sub", caller.subject());
    }

    /** The name that operators see as well; the id itself would let the application's logs take sessions over. */
    private static String nameOf(SessionId session) {
        return DigestUtils.sha256Hex(session.value()).substring(0, 32);
    }

    private static byte[] message(ClientMessage message) {
        ObjectNode data = life(message.from()).put("event", message.event());
        if (message.channel() != null) {
            data.put("channel", message.channel().value());
        }
        if (message.data().text()) {
            data.putRawValue(EventData.JSON, new RawValue(message.data().asString()));
        } else {
            data.put(EventData.BINARY, message.data().bytes());
        }
        return data.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Fails with {@code upstream-timeout} or {@code upstream-unavailable}. */
    private Uni<UpstreamAnswer> ask(CloudEvent event) {
        return Uni.createFrom()
                .completionStage(() -> exchange(event).toCompletionStage())
                .onFailure()
                .transform(failure -> {
                    observer.unanswered();
                    return new SluiceException(
                            failure instanceof TimeoutException
                                    ? ProblemCode.UPSTREAM_TIMEOUT
                                    : ProblemCode.UPSTREAM_UNAVAILABLE);
                })
                .map(response -> {
                    observer.asked();
                    return answer(response);
                });
    }

    /** Only what says that the application is not well opens the breaker: a no is an answer. */
    private Future<UpstreamClient.Response> exchange(CloudEvent event) {
        return breaker.execute(promise -> client.send(event)
                .onSuccess(response -> {
                    if (response.status() >= 500) {
                        promise.fail("answered " + response.status());
                    } else {
                        promise.complete(response);
                    }
                })
                .onFailure(promise::fail));
    }

    private static UpstreamAnswer answer(UpstreamClient.Response response) {
        if (response.status() / 100 == 2) {
            return UpstreamAnswer.read(response.body());
        }
        if (response.status() == 401 || response.status() == 403) {
            return UpstreamAnswer.refused(response.body());
        }
        throw new SluiceException(ProblemCode.UPSTREAM_UNAVAILABLE);
    }

    private Uni<Void> publish(UpstreamAnswer answer, CloudEvent inReturnFor) {
        String to = answer.replies().isEmpty() ? "" : sidIn(inReturnFor);
        if (to.isEmpty() && !answer.replies().isEmpty()) {
            // Its protocol has no way to say it, so an event without a channel is a mistake.
            return Uni.createFrom().failure(new SluiceException(ProblemCode.UPSTREAM_UNAVAILABLE));
        }
        Uni<Void> said = to.isEmpty()
                ? Uni.createFrom().voidItem()
                : replies.say(to, answer.replies())
                        .onFailure()
                        .transform(unsayable -> new SluiceException(ProblemCode.UPSTREAM_UNAVAILABLE));
        return answer.events().isEmpty()
                ? said
                : said.chain(() -> broker.publish(answer.events())).replaceWithVoid();
    }

    /** The public name of the client that it is about; empty where its protocol gives none. */
    private static String sidIn(CloudEvent event) {
        CloudEventData data = event.getData();
        try {
            return data == null
                    ? ""
                    : MAPPER.readTree(data.toBytes()).path("sid").asText("");
        } catch (IOException e) {
            throw new UncheckedIOException(e); // written here
        }
    }

    /** One try for the outbox. What the application publishes in return is published before the event counts as told. */
    private Uni<Delivery> tell(String event) {
        CloudEvent parsed = FORMAT.deserialize(event.getBytes(StandardCharsets.UTF_8));
        return Uni.createFrom()
                .completionStage(() -> exchange(parsed).toCompletionStage())
                .chain(response -> told(response, parsed))
                .onFailure(OpenCircuitException.class)
                .recoverWithItem(Delivery.NOT_TRIED);
    }

    private Uni<Delivery> told(UpstreamClient.Response response, CloudEvent event) {
        int status = response.status();
        if (status / 100 == 2) {
            return publish(UpstreamAnswer.read(response.body()), event).replaceWith(Delivery.HEARD);
        }
        boolean later = status == 408 || status == 429 || status / 100 != 4;
        return Uni.createFrom().item(later ? Delivery.FAILED : Delivery.REFUSED);
    }
}
