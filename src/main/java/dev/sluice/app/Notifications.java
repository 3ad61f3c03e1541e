package dev.sluice.app;

import dev.sluice.webhook.WebhookQueue;
import io.cloudevents.CloudEvent;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The way out for notifications; it leads nowhere where no receiver is configured. */
record Notifications(@Nullable WebhookQueue queue) implements Consumer<CloudEvent> {
    static final Notifications NONE = new Notifications(null);

    @Override
    public void accept(CloudEvent event) {
        if (queue != null) {
            queue.offer(event);
        }
    }

    int waiting() {
        return queue == null ? 0 : queue.size();
    }
}
