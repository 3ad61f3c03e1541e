package dev.sluice.edge.socketio;

import dev.sluice.core.SluiceException;
import dev.sluice.delivery.channel.Answers;
import dev.sluice.delivery.mailbox.Message;
import org.jspecify.annotations.Nullable;

/** Nobody asked, so nobody is answered. */
record Silent<T>() implements Answers<T> {
    @Override
    public @Nullable Message done(T outcome) {
        return null;
    }

    @Override
    public @Nullable Message failed(SluiceException why) {
        return null;
    }
}
