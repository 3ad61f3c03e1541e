package dev.sluice.probe;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.delivery.channel.Broker;
import dev.sluice.delivery.channel.NewPublication;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * One journey of the built-in client over one transport: it begins a session, subscribes, has something published and
 * waits for it. On one context.
 */
abstract class Trip {
    private static final String EVENT = "probe";

    private final Broker broker;
    private final ChannelName channel;
    private final String word;
    private final Promise<Void> arrived = Promise.promise();

    /** @param word what is published: nobody else's trip is mistaken for this one */
    Trip(Broker broker, ChannelName channel, String word) {
        this.broker = broker;
        this.channel = channel;
        this.word = word;
    }

    /** Succeeds when the event came. Whoever waits sets a deadline, and then calls {@link #end}. */
    final Future<Void> go() {
        begin();
        return arrived.future();
    }

    abstract void begin();

    /** Lets go of connection and session. */
    abstract void end();

    final boolean isOver() {
        return arrived.future().isComplete();
    }

    final void fail(Throwable why) {
        arrived.tryFail(why);
    }

    final void fail(String why) {
        arrived.tryFail(why);
    }

    final JsonObject subscription() {
        return new JsonObject().put("type", "subscribe").put("request_id", "1").put("channel", channel.value());
    }

    /** A frame came, over whichever transport. */
    final void frame(JsonObject frame) {
        JsonObject payload = frame.getJsonObject("payload", new JsonObject());
        switch (frame.getString("type", "")) {
            case "subscribed" -> publish();
            case "event" -> {
                if (word.equals(payload.getValue("data"))) {
                    arrived.tryComplete();
                }
            }
            case "error" -> fail("refused: " + payload.getString("code"));
            default -> {}
        }
    }

    private void publish() {
        Payload data = Payload.text('"' + word + '"');
        broker.publish(List.of(new NewPublication(channel, EVENT, data, null, null, null)))
                .subscribe()
                .with(places -> {}, this::fail);
    }
}
