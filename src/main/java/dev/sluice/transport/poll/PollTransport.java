package dev.sluice.transport.poll;

import dev.sluice.core.Disconnect;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.Batch;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.Lane;
import dev.sluice.delivery.session.Transport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One poll. Parked it is writable; the first batch answers it and it is spent. What ends it without a batch (its wait
 * is over, a newer attachment, the session's end) answers it empty with its own cursor, so that the client can repeat
 * itself. Everything on the session's home context.
 */
public final class PollTransport implements Transport {
    private final PollExchange exchange;
    private final Home home;
    private final long ownCursor;
    private @Nullable Attachment attachment;
    private boolean spent;
    /** An end that came before the attachment was known: a mailbox may answer from within {@code attach}. */
    private Attachment.@Nullable End early;

    /** @param ownCursor the position the client came with */
    public PollTransport(PollExchange exchange, Home home, long ownCursor) {
        this.exchange = exchange;
        this.home = home;
        this.ownCursor = ownCursor;
    }

    /** Tells the transport what it is attached as, so that it can tell its end. */
    public void attachedAs(Attachment as) {
        attachment = as;
        if (early != null) {
            as.ended(early);
        }
    }

    @Override
    public TransportKind kind() {
        return TransportKind.POLLING;
    }

    @Override
    public boolean writable() {
        return !spent;
    }

    @Override
    public void onWritable(Lane lane, Runnable listener) {
        // Writable from the start until it is spent: there is never a moment to tell of.
    }

    @Override
    public void send(Batch batch, Completion done) {
        if (spent) {
            done.done(false);
            return;
        }
        spent = true;
        exchange.answer(batch, accepted -> {
            done.done(accepted);
            home.execute(() -> end(accepted ? Attachment.End.ANSWERED : Attachment.End.LOST));
        });
    }

    /** The wait is over, or a newer attachment took over, or the decision changed: answered empty. */
    public void answerEmpty() {
        if (!spent) {
            spent = true;
            exchange.answer(
                    new Batch(List.of(), ownCursor), accepted -> home.execute(() -> end(Attachment.End.ANSWERED)));
        }
    }

    /** The client went away while it waited, with nothing in flight. */
    public void abandoned() {
        if (!spent) {
            spent = true;
            end(Attachment.End.ANSWERED);
        }
    }

    public boolean spent() {
        return spent;
    }

    private void end(Attachment.End how) {
        if (attachment == null) {
            early = how;
        } else {
            attachment.ended(how);
        }
    }

    @Override
    public void pause() {
        // A request is read whole before it becomes a transport.
    }

    @Override
    public void resume() {
        // Nothing was paused.
    }

    @Override
    public void close(Disconnect why) {
        answerEmpty();
    }
}
