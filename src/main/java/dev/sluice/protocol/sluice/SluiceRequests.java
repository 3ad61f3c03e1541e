package dev.sluice.protocol.sluice;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.ChannelName;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.channel.SessionCursor;
import dev.sluice.delivery.channel.Subscribe;
import dev.sluice.protocol.json.Fields;
import dev.sluice.protocol.json.Since;
import dev.sluice.protocol.sluice.SluiceRequest.Acknowledge;
import dev.sluice.protocol.sluice.SluiceRequest.Ping;
import dev.sluice.protocol.sluice.SluiceRequest.Pong;
import dev.sluice.protocol.sluice.SluiceRequest.PublishTo;
import dev.sluice.protocol.sluice.SluiceRequest.Renew;
import dev.sluice.protocol.sluice.SluiceRequest.SubscribeTo;
import dev.sluice.protocol.sluice.SluiceRequest.Tell;
import dev.sluice.protocol.sluice.SluiceRequest.UnsubscribeFrom;
import org.jspecify.annotations.Nullable;

/** Frames to requests. Pure; any thread. */
public final class SluiceRequests {
    private static final int MAX_CHANNEL = 200;
    private static final int MAX_EVENT = 200;
    private static final int MAX_CURSOR = 256;
    private static final int MAX_CREDENTIAL = 16 * 1024;

    /** What a message is called that its client gave no name. */
    private static final String MESSAGE = "message";

    private SluiceRequests() {}

    /**
     * Reads a frame.
     *
     * @throws SluiceException {@code unknown-type}, or naming the field that is wrong
     */
    public static SluiceRequest read(SluiceFrame frame) {
        String id = frame.requestId();
        JsonNode payload = frame.payload();
        return switch (frame.type()) {
            case "subscribe" -> new SubscribeTo(id, subscribe(payload));
            case "unsubscribe" -> new UnsubscribeFrom(id, channel(payload));
            case "publish" ->
                new PublishTo(
                        id,
                        channel(payload),
                        Fields.requiredText(payload, "event", MAX_EVENT),
                        Fields.eventData(payload, ""),
                        Fields.optionalText(payload, "conflation_key", MAX_EVENT));
            case "ack" -> new Acknowledge(id, cursor(payload));
            case MESSAGE -> tell(id, payload);
            case "auth" -> new Renew(id, Fields.requiredText(payload, "token", MAX_CREDENTIAL));
            case "ping" -> new Ping(id);
            case "pong" -> new Pong(id);
            default ->
                throw new SluiceException(
                        ProblemCode.UNKNOWN_TYPE, "The message type %s is not known.".formatted(frame.type()));
        };
    }

    private static Subscribe subscribe(JsonNode payload) {
        ChannelName channel = channel(payload);
        boolean presence = Fields.flag(payload, "presence") || channel.isPresence();
        return new Subscribe(channel, Since.of(payload.get("since")), presence);
    }

    private static ChannelName channel(JsonNode payload) {
        return new ChannelName(Fields.requiredText(payload, "channel", MAX_CHANNEL));
    }

    private static SessionCursor cursor(JsonNode payload) {
        return SessionCursor.parse("cursor", Fields.requiredText(payload, "cursor", MAX_CURSOR));
    }

    private static Tell tell(@Nullable String id, JsonNode payload) {
        String event = Fields.optionalText(payload, "event", MAX_EVENT);
        String channel = Fields.optionalText(payload, "channel", MAX_CHANNEL);
        return new Tell(
                id,
                event == null ? MESSAGE : event,
                channel == null ? null : new ChannelName(channel),
                Fields.eventData(payload, ""));
    }
}
