package dev.sluice.protocol.sluice;

import dev.sluice.core.ChannelName;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.channel.Answers;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.delivery.channel.NewPublication;
import dev.sluice.delivery.channel.StreamPosition;
import dev.sluice.delivery.channel.Subscribed;
import dev.sluice.delivery.channel.Unsubscribed;
import dev.sluice.delivery.mailbox.Message;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.upstream.ClientMessage;
import dev.sluice.protocol.json.FrameProblems;
import dev.sluice.protocol.sluice.SluiceRequest.Acknowledge;
import dev.sluice.protocol.sluice.SluiceRequest.PublishTo;
import dev.sluice.protocol.sluice.SluiceRequest.Renew;
import dev.sluice.protocol.sluice.SluiceRequest.SubscribeTo;
import dev.sluice.protocol.sluice.SluiceRequest.Tell;
import dev.sluice.protocol.sluice.SluiceRequest.UnsubscribeFrom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What native clients ask for, done: over whichever transport they asked, the answer comes through the session's mailbox,
 * in order with everything else. Everything on the session's home.
 */
public final class SluiceProtocol {
    public static final String NAME = "native";

    private final ChannelSession session;
    private final SluiceClient client;
    private final InstantSource clock;

    public SluiceProtocol(ChannelSession session, SluiceClient client, InstantSource clock) {
        this.session = session;
        this.client = client;
        this.clock = clock;
    }

    /**
     * Does what the request asks for. Signs of life are their connection's and nothing here.
     *
     * @param attached the connection's hold on the session, null where it has none: then acknowledgements are void
     */
    public void run(SluiceRequest request, @Nullable Attachment attached) {
        if (request instanceof SubscribeTo subscribe) {
            subscribe(subscribe);
        } else if (request instanceof UnsubscribeFrom unsubscribe) {
            session.unsubscribe(
                    unsubscribe.requestId(), unsubscribe.channel(), new AsItIs<Unsubscribed>(unsubscribe.requestId()));
        } else if (request instanceof PublishTo publish) {
            publish(publish);
        } else if (request instanceof Acknowledge acknowledge) {
            if (attached != null) {
                session.acknowledge(attached, acknowledge.upTo());
            }
        } else if (request instanceof Tell tell) {
            session.request(tell.requestId(), answer -> tell(tell, answer));
        } else if (request instanceof Renew renew) {
            session.request(renew.requestId(), answer -> answer.accept(renew(renew)));
        }
    }

    private void subscribe(SubscribeTo request) {
        ChannelName channel = request.what().channel();
        if (!client.maySubscribe(channel)) {
            forbid(request, "This client may not subscribe to %s.".formatted(channel));
            return;
        }
        session.subscribe(request.requestId(), request.what(), new AsItIs<Subscribed>(request.requestId()));
    }

    private void publish(PublishTo request) {
        if (!client.mayPublish(request.channel())) {
            forbid(request, "This client may not publish to %s.".formatted(request.channel()));
            return;
        }
        NewPublication publication = new NewPublication(
                request.channel(), request.event(), request.data(), request.conflationKey(), null, null);
        session.publish(request.requestId(), publication, new Answers<StreamPosition>() {
            @Override
            public Message done(StreamPosition place) {
                return SluiceFrames.published(
                        request.requestId(), request.channel().value(), place, clock.instant());
            }

            @Override
            public Message failed(SluiceException why) {
                return SluiceFrames.failed(request.requestId(), why, clock.instant());
            }
        });
    }

    private void forbid(SluiceRequest request, String why) {
        refuse(request.requestId(), new SluiceException(ProblemCode.FORBIDDEN, why));
    }

    /** What was asked is not done. Told as every answer: in order, and again to whoever asks again. */
    void refuse(@Nullable String requestId, SluiceException problem) {
        session.request(requestId, answer -> answer.accept(SluiceFrames.failed(requestId, problem, clock.instant())));
    }

    private void tell(Tell request, Consumer<@Nullable Message> answer) {
        ClientMessage message = new ClientMessage(
                client.caller(session.transport()),
                request.requestId(),
                request.event(),
                request.channel(),
                request.data());
        client.messages()
                .send(message)
                .subscribe()
                .with(
                        said -> session.execute(
                                () -> answer.accept(SluiceFrames.answered(request.requestId(), said, clock.instant()))),
                        failure -> session.execute(() -> answer.accept(SluiceFrames.failed(
                                request.requestId(), FrameProblems.problemOf(failure), clock.instant()))));
    }

    /** The client came with another credential than before: what that does not open is left, and it is told so. */
    public void leaveForbidden() {
        for (ChannelName channel : List.copyOf(session.channels())) {
            if (!client.maySubscribe(channel)) {
                session.unsubscribe(null, channel, new AsItIs<Unsubscribed>(null));
            }
        }
    }

    private Message renew(Renew request) {
        try {
            client.renew(request.credential());
            leaveForbidden();
            return SluiceFrames.ack(request.requestId(), clock.instant(), out -> {});
        } catch (SluiceException problem) {
            return SluiceFrames.failed(request.requestId(), problem, clock.instant());
        }
    }

    /** The outcome is the answer. */
    private final class AsItIs<M extends Message> implements Answers<M> {
        private final @Nullable String requestId;

        AsItIs(@Nullable String requestId) {
            this.requestId = requestId;
        }

        @Override
        public Message done(M outcome) {
            return outcome;
        }

        @Override
        public Message failed(SluiceException why) {
            return SluiceFrames.failed(requestId, why, clock.instant());
        }
    }
}
