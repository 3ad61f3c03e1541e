package dev.sluice.probe;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.channel.Broker;
import dev.sluice.rollout.guard.CriticalProbe;
import dev.sluice.rollout.guard.ProbeReport;
import dev.sluice.rollout.guard.ProbeReport.Transport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import org.jboss.logging.Logger;

/**
 * Travels over both transports at once and remembers how it went. Each trip begins with a connection of its own, since
 * that is what breaks. It is nobody's client: decided, counted, limited and listed it is not.
 */
public final class LoopbackProbe implements CriticalProbe {
    private static final Logger LOG = Logger.getLogger(LoopbackProbe.class);

    /** A publication takes milliseconds; a gateway that needs longer is not well. */
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private final Loopback way;
    private final Broker broker;
    private final ChannelName channel;
    private final AtomicBoolean underWay = new AtomicBoolean();
    private volatile boolean stopped;
    private volatile ProbeReport report = ProbeReport.NONE;

    /**
     * @param port of the public listener, asked with each trip
     * @param secret by which the listener knows it
     * @param channel that nobody else may use
     */
    public LoopbackProbe(
            Vertx vertx, String host, IntSupplier port, String secret, Broker broker, ChannelName channel) {
        this.way = new Loopback(vertx.createHttpClient(), vertx.createWebSocketClient(), host, port, secret);
        this.broker = broker;
        this.channel = channel;
    }

    @Override
    public ProbeReport report() {
        return report;
    }

    /** Goes once, unless the last time is not over. On an event loop; returns at once. */
    public void run() {
        if (stopped || !underWay.compareAndSet(false, true)) {
            return;
        }
        Future<Void> socket = travel(new SocketTrip(way, broker, channel, word()));
        Future<Void> poll = travel(new PollTrip(way, broker, channel, word()));
        Future.join(socket, poll).onComplete(both -> {
            if (!stopped) {
                report = new ProbeReport(
                        after("websocket", report.websocket(), socket), after("polling", report.polling(), poll));
            }
            underWay.set(false);
        });
    }

    private static String word() {
        return UUID.randomUUID().toString();
    }

    private static Future<Void> travel(Trip trip) {
        return trip.go().timeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS).onComplete(over -> trip.end());
    }

    private static Transport after(String transport, Transport before, Future<Void> trip) {
        int inARow = trip.succeeded() ? 0 : before.failuresInARow() + 1;
        if (inARow == 1) {
            LOG.warnf(
                    "the built-in client did not get through [transport: %s, cause: %s]",
                    transport, trip.cause().getMessage());
        } else if (inARow == 0 && before.failuresInARow() > 0) {
            LOG.infof("the built-in client gets through again [transport: %s]", transport);
        }
        return new Transport(before.runs() + 1, inARow);
    }

    /** The gateway goes down: what fails from now on says nothing. */
    public void stop() {
        stopped = true;
    }
}
