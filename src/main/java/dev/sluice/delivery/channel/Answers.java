package dev.sluice.delivery.channel;

import dev.sluice.core.SluiceException;
import dev.sluice.delivery.mailbox.Message;
import org.jspecify.annotations.Nullable;

/**
 * How a protocol answers a request: the message that goes through the mailbox, at the place in its order where the
 * request took effect. Null says nothing. On the session's home; must not call back.
 *
 * @param <T> what the request came to
 */
public interface Answers<T> {
    @Nullable
    Message done(T outcome);

    @Nullable
    Message failed(SluiceException why);
}
