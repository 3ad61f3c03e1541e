package dev.sluice.edge.client;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.delivery.channel.Subscribe;
import dev.sluice.delivery.session.Gate.Admission;
import dev.sluice.edge.client.Arrivals.Ask;
import dev.sluice.edge.client.Arrivals.Found;
import dev.sluice.edge.gate.Newcomers;
import dev.sluice.edge.http.Access;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.ClientOrigin;
import dev.sluice.edge.http.FrontDoor;
import dev.sluice.edge.loop.KnitSocket;
import dev.sluice.protocol.sluice.SluiceConnection;
import dev.sluice.protocol.sluice.SluiceConnection.Guest;
import dev.sluice.protocol.sluice.SluiceRequest.SubscribeTo;
import dev.sluice.rollout.drain.Movable;
import dev.sluice.transport.ws.WebSocketHandshake;
import dev.sluice.transport.ws.WebSocketTransport;
import io.github.bucket4j.Bucket;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.ContextInternal;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /ws} and its relatives: everything that can be refused is refused before the upgrade, with a status; from
 * then on the connection speaks for itself.
 */
public final class NativeSocketRoute {
    private final FrontDoor door;
    private final NativeParts parts;
    private final Arrivals arrivals;
    private final Newcomers newcomers;
    private final NativeConnections connections;
    private final Consumer<Movable> joined;
    private final NativeWitness witness;

    /** @param joined shows the drain who has just become visible: the rollout may have changed since the gate was asked */
    NativeSocketRoute(
            FrontDoor door,
            NativeParts parts,
            Arrivals arrivals,
            Newcomers newcomers,
            NativeConnections connections,
            Consumer<Movable> joined) {
        this.door = door;
        this.parts = parts;
        this.arrivals = arrivals;
        this.newcomers = newcomers;
        this.connections = connections;
        this.joined = joined;
        this.witness = parts.witness();
    }

    public void mount(Router router) {
        for (RawEndpoint endpoint : RawEndpoint.ALL) {
            router.get(endpoint.path()).handler(routing -> enter(routing, endpoint));
        }
    }

    private void enter(RoutingContext routing, RawEndpoint endpoint) {
        Context context = routing.vertx().getOrCreateContext();
        try {
            Call call = door.callOf(routing, Access.CLIENT);
            newcomers.check(call);
            Ask ask =
                    new Ask(call.query("resume_token"), call.query("after"), routing.pathParam(RawEndpoint.CLIENT_ID));
            arrivals.find(call, ask)
                    .subscribe()
                    .with(
                            found -> on(context, () -> admit(new Visit(call, found, endpoint, context))),
                            failure -> on(context, () -> refuse(routing, null, failure)));
        } catch (SluiceException refused) {
            refuse(routing, null, refused);
        }
    }

    private static void on(Context context, Runnable task) {
        if (((ContextInternal) context).inThread()) {
            task.run();
        } else {
            context.runOnContext(hop -> task.run());
        }
    }

    private void refuse(RoutingContext routing, @Nullable NativeClient client, Throwable failure) {
        witness.refused(TransportKind.WEBSOCKET, client, failure);
        door.fail(routing, failure);
    }

    /** One client on its way in. */
    private record Visit(Call call, Found found, RawEndpoint endpoint, Context context) {
        NativeClient client() {
            return found.client();
        }

        /** What it has to be subscribed to; a session that was there before keeps what it has. */
        @Nullable
        ChannelName joins() {
            return found.recovered() ? null : endpoint.joins().apply(client().identity());
        }
    }

    private void admit(Visit visit) {
        visit.client().triesWebSocket();
        witness.tried(TransportKind.WEBSOCKET, visit.client());
        Runnable countOut;
        try {
            check(visit);
            countOut = visit.client().isProbe()
                    ? () -> {}
                    : newcomers.countIn(
                            visit.client().account(), visit.call().origin().address());
        } catch (SluiceException refused) {
            refuse(visit.call().routing(), visit.client(), refused);
            return;
        }
        Uni.createFrom()
                .deferred(() -> arrivals.open(visit.found(), TransportKind.WEBSOCKET))
                .subscribe()
                .with(opened -> on(visit.context(), () -> upgrade(visit, opened, countOut)), failure -> {
                    countOut.run();
                    on(visit.context(), () -> refuse(visit.call().routing(), visit.client(), failure));
                });
    }

    private void check(Visit visit) {
        NativeClient client = visit.client();
        if (!client.identity().anonymous()) {
            parts.rates().spendClient(client.budget(visit.call().origin()));
        }
        Admission admission = client.isProbe() ? null : parts.gate().admitNow(client.applicant());
        if (admission != null && admission.refusal() != null) {
            visit.call().tellMode(Mode.POLLING);
            throw new SluiceException(admission.refusal());
        }
        ChannelName joins = visit.joins();
        if (joins != null && !client.maySubscribe(joins)) {
            throw client.identity().anonymous()
                    ? new SluiceException(ProblemCode.UNAUTHORIZED)
                    : new SluiceException(
                            ProblemCode.FORBIDDEN, "This client may not subscribe to %s.".formatted(joins));
        }
    }

    private void upgrade(Visit visit, Found opened, Runnable countOut) {
        HttpServerRequest request = visit.call().routing().request();
        WebSocketHandshake.accept(request, parts.settings().maxMessage(), true)
                .onSuccess(transport -> seat(visit, opened, transport, countOut))
                .onFailure(failure -> {
                    countOut.run();
                    if (!visit.found().recovered()) {
                        ChannelSession unused = opened.required();
                        unused.execute(() -> unused.end(Disconnect.SESSION_GONE));
                    }
                    witness.handshakeFailed(visit.client());
                });
    }

    private void seat(Visit visit, Found opened, WebSocketTransport transport, Runnable countOut) {
        NativeClient client = opened.client();
        ChannelSession session = opened.required();
        // The request itself must not live as long as the socket.
        ClientOrigin origin = visit.call().origin();
        boolean recovered = visit.found().recovered();
        KnitSocket link = new KnitSocket(transport, ContextInternal.current().unwrap());
        NativeSocket knit =
                new NativeSocket(transport, link, client, parts.clock().millis(), ended -> {
                    countOut.run();
                    connections.remove(TransportKind.WEBSOCKET, ended);
                    client.left(parts.clock().millis());
                });
        Guest guest = new Guest(
                session,
                client,
                recovered,
                as -> client.attached(as, TransportKind.WEBSOCKET, parts.clock().millis()),
                witness.socketOf(client));
        Bucket budget = parts.rates().clientBudget(client.budget(origin));
        SluiceConnection connection = new SluiceConnection(
                link, guest, () -> budget.tryConsume(1), parts.settings().socket(), parts.clock());
        knit.connect(connection);
        if (!client.isProbe()) {
            connections.add(TransportKind.WEBSOCKET, knit);
        }
        transport.boundTo(session.home());
        transport.closedBy(connection::sessionCloses);
        connection.attach(
                transport, opened.from(), () -> client.welcome(visit.call().origin(), recovered));
        ChannelName joins = visit.joins();
        if (joins != null) {
            connection.run(new SubscribeTo(null, new Subscribe(joins, null, joins.isPresence())));
        }
        if (!client.isProbe()) {
            joined.accept(knit);
        }
    }
}
