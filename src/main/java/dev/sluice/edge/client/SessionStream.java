package dev.sluice.edge.client;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Mode;
import dev.sluice.core.Payload;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.channel.AttachResult;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.delivery.channel.Connection;
import dev.sluice.delivery.channel.SessionCursor;
import dev.sluice.delivery.mailbox.Outbound;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.Pipe;
import dev.sluice.edge.client.Arrivals.Found;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.protocol.sluice.SluiceFrames;
import dev.sluice.rollout.drain.Farewell;
import dev.sluice.rollout.drain.Movable;
import dev.sluice.transport.sse.SseEvents;
import dev.sluice.transport.sse.SseTransport;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.impl.ContextInternal;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One event stream of a native client. Its reader can acknowledge only by coming back, so the gateway ends it while
 * there is room left for what it has not acknowledged, and after a while in any case.
 */
final class SessionStream extends NativeConnection {
    private static final int MAX_FRAMES = 64;
    private static final int MAX_BYTES = 256 * 1024;
    private static final int LOOK_EVERY = 32;

    /** Proxies close what is quiet for 30 to 60 s. */
    private static final long BEAT_MILLIS = Duration.ofSeconds(15).toMillis();

    /** An ended stream is no failure: its reader is to come back at once. */
    private static final long COME_BACK_MILLIS = 200;

    private final NativeParts parts;
    private final NativeConnections connections;
    private final Call call;
    private final Found found;
    private final NativeClient client;
    private final ChannelSession session;
    private final Runnable countOut;
    private final ContextInternal context;
    private final SseTransport transport;
    private final Mode told;
    private final long beganAt;
    private final AtomicBoolean over = new AtomicBoolean();
    private long lastBeat;
    /** On the session's home. */
    private int encoded;

    private @Nullable Attachment attachment;

    /** @param countOut run once, when the stream is over */
    SessionStream(NativeParts parts, NativeConnections connections, Call call, Found found, Runnable countOut) {
        this.parts = parts;
        this.connections = connections;
        this.call = call;
        this.found = found;
        this.client = found.client();
        this.session = found.required();
        this.countOut = countOut;
        this.context = ((ContextInternal) call.routing().vertx().getOrCreateContext()).unwrap();
        this.transport = new SseTransport(call.routing().response(), session.home());
        this.told = client.serving().mode();
        this.beganAt = parts.clock().millis();
        this.lastBeat = beganAt;
    }

    /** Answers by itself: the item is null. Fails with {@code gone} where the place is lost. */
    Uni<@Nullable Answer> begin(Consumer<Movable> joined) {
        return Uni.createFrom().emitter(emitter -> session.execute(() -> attach(joined, emitter)));
    }

    private void attach(Consumer<Movable> joined, UniEmitter<? super @Nullable Answer> emitter) {
        Pipe pipe = new Pipe(transport, this::encode, MAX_FRAMES, MAX_BYTES, this::end);
        AttachResult result = session.attach(
                new Connection(session.client().owner(), pipe, this::welcome, asked -> end()), found.from());
        attachment = result.attachment();
        if (attachment == null) {
            countOut.run();
            emitter.fail(SessionRoutes.refused(result));
            return;
        }
        client.attached(attachment, TransportKind.SSE, parts.clock().millis());
        emitter.complete(null);
        execute(() -> {
            if (!over.get()) {
                connections.add(TransportKind.SSE, this);
                joined.accept(this);
            }
        });
    }

    /** The attach is certain: the head goes out. On the session's home. */
    private void welcome(SessionCursor accepted) {
        call.tellMode(told);
        transport.open(this::finished);
        transport.control(SseEvents.retry(COME_BACK_MILLIS));
        Payload welcome = SluiceFrames.welcome(
                client.welcome(call.origin(), found.recovered()),
                accepted,
                parts.clock().instant());
        transport.control(SseEvents.event(accepted.text(), welcome));
        parts.witness().sent(TransportKind.SSE, 1);
    }

    /** On the session's home. */
    private Payload encode(Outbound outbound) {
        if (++encoded % LOOK_EVERY == 0 && session.sentHalfFull()) {
            session.home().later(this::end);
        }
        String epoch = session.epoch();
        return SseEvents.event(SluiceFrames.cursorOf(epoch, outbound), SluiceFrames.encode(epoch, outbound));
    }

    /** Any thread. */
    private void end() {
        transport.end();
    }

    /** The stream is over, by either side; once. Any thread. */
    private void finished() {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        countOut.run();
        session.execute(() -> {
            if (attachment != null) {
                attachment.ended(Attachment.End.LOST);
            }
            client.left(parts.clock().millis());
        });
        // Behind whatever adds it.
        context.runOnContext(hop -> connections.remove(TransportKind.SSE, this));
    }

    @Override
    public void tick(long now) {
        if (now >= client.expiresAtMillis()
                || now - beganAt >= parts.settings().streamAtMost().toMillis()) {
            end();
            return;
        }
        if (now - lastBeat >= BEAT_MILLIS) {
            lastBeat = now;
            transport.control(SseEvents.comment("still here"));
        }
        session.execute(() -> {
            if (session.sentHalfFull()) {
                end();
            }
        });
    }

    // --- as the drain sees it ---

    @Override
    public NativeClient client() {
        return client;
    }

    @Override
    public ContextInternal context() {
        return context;
    }

    @Override
    public Mode mode() {
        return Mode.POLLING;
    }

    @Override
    public Mode told() {
        return told;
    }

    @Override
    public boolean reachable() {
        return !over.get();
    }

    @Override
    public long connectedAt() {
        return beganAt;
    }

    @Override
    public boolean move(Farewell farewell) {
        if (over.get()) {
            return false;
        }
        session.execute(() -> {
            Payload frame = SluiceFrames.switchTo(
                    farewell.to(),
                    farewell.reason(),
                    Duration.ZERO,
                    client.resumeToken(),
                    session.lastSent().text(),
                    parts.clock().instant());
            transport.control(SseEvents.event(session.lastSent().text(), frame));
            end();
        });
        return true;
    }

    @Override
    public void leave(Disconnect why) {
        end();
    }
}
