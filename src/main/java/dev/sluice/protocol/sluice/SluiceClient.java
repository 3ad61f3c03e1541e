package dev.sluice.protocol.sluice;

import dev.sluice.core.ChannelName;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.upstream.ClientEvents.Caller;
import dev.sluice.delivery.upstream.ClientMessages;
import org.jspecify.annotations.Nullable;

/** What a session's client may do, as the house knows it. Any thread; never blocks. */
public interface SluiceClient {

    boolean maySubscribe(ChannelName channel);

    boolean mayPublish(ChannelName channel);

    /**
     * The client brings a newer credential.
     *
     * @throws dev.sluice.core.SluiceException {@code unauthorized} or {@code token-expired} where it is not good,
     *     {@code forbidden} where it is somebody else's
     */
    void renew(String credential);

    /** When the client's credential ends, in milliseconds since the epoch; {@link Long#MAX_VALUE} for never. */
    long expiresAtMillis();

    /**
     * As the application is told of it.
     *
     * @param over what it is connected by; null where it never was
     */
    Caller caller(@Nullable TransportKind over);

    /** Where its messages go. */
    ClientMessages messages();

    /** A token by which it may come back. */
    String resumeToken();
}
