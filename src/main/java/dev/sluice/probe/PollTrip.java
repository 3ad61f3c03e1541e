package dev.sluice.probe;

import dev.sluice.core.ChannelName;
import dev.sluice.delivery.channel.Broker;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Over HTTP requests that wait. */
final class PollTrip extends Trip {
    private final Loopback way;
    private @Nullable String session;

    PollTrip(Loopback way, Broker broker, ChannelName channel, String word) {
        super(broker, channel, word);
        this.way = way;
    }

    @Override
    void begin() {
        way.ask(HttpMethod.POST, Loopback.SESSIONS, new JsonObject())
                .onFailure(this::fail)
                .onSuccess(welcome -> {
                    String id = welcome.getString("session_id");
                    session = id;
                    String messages = Loopback.SESSIONS + "/" + id + "/messages";
                    way.ask(HttpMethod.POST, messages, subscription())
                            .onFailure(this::fail)
                            .onSuccess(accepted -> poll(messages, welcome.getString("cursor")));
                });
    }

    private void poll(String messages, String cursor) {
        if (isOver()) {
            return;
        }
        way.ask(HttpMethod.GET, messages + "?wait=5&after=" + cursor, null)
                .onFailure(this::fail)
                .onSuccess(answer -> {
                    JsonArray frames = answer.getJsonArray("messages");
                    for (int i = 0; i < frames.size(); i++) {
                        frame(frames.getJsonObject(i));
                    }
                    poll(messages, answer.getString("cursor"));
                });
    }

    @Override
    void end() {
        if (session != null) {
            way.forget(session);
        }
    }
}
