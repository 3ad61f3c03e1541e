package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.FakeTransport;
import dev.sluice.delivery.mailbox.Message;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.Pipe;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client that takes all it is sent, keeps the place of the last of it, and acknowledges nothing by itself. */
final class KeepingClient {
    static final Client ANN = new Client("ann", "ann", "test", null, Attributes.of(""));

    final List<Message> got = new ArrayList<>();

    @Nullable
    SessionCursor last;

    /** Null where the place is lost. */
    @Nullable
    Attachment attach(ChannelSession session, ResumeAt from) {
        FakeTransport transport = FakeTransport.websocket(100).answersAtOnce(true);
        Pipe pipe = new Pipe(
                transport,
                out -> {
                    got.add(Placed.unwrap(out.message()));
                    last = SessionCursor.of(session.epoch(), out);
                    return Payload.text("x");
                },
                100,
                1 << 20,
                () -> {});
        Attachment made = session.attach(new Connection(ANN.owner(), pipe, accepted -> {}, farewell -> {}), from)
                .attachment();
        transport.bind(made);
        return made;
    }

    void subscribe(ChannelSession session, ChannelName channel) {
        session.subscribe(null, new Subscribe(channel, null, false), new Answers<Subscribed>() {
            @Override
            public Subscribed done(Subscribed outcome) {
                return outcome;
            }

            @Override
            public @Nullable Reply failed(SluiceException why) {
                throw new AssertionError(why);
            }
        });
    }

    /** Where it goes on. */
    ResumeAt place() {
        return last == null ? ResumeAt.LAST_ACKNOWLEDGED : ResumeAt.after(last);
    }
}
