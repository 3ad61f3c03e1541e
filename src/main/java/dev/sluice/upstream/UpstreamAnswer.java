package dev.sluice.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.core.ChannelName;
import dev.sluice.core.EventData;
import dev.sluice.core.Payload;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.channel.NewPublication;
import dev.sluice.delivery.upstream.ClientReplies.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the application says to an event.
 *
 * @param refusal why it does not accept; null where it does
 * @param ack JSON for whoever awaits an answer; null for none
 * @param events what it publishes in return
 * @param replies what it says to that client alone: events without a channel
 */
record UpstreamAnswer(
        @Nullable String refusal, @Nullable Payload ack, List<NewPublication> events, List<Reply> replies) {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MAX_EVENTS = 100;
    private static final int LONGEST_REFUSAL = 500;

    /** Nothing said is consent. */
    static final UpstreamAnswer EMPTY = new UpstreamAnswer(null, null, List.of(), List.of());

    /**
     * @throws SluiceException {@code upstream-unavailable} where it is not what the protocol says: an application that
     *     answers like that is broken, and its consent must not be guessed
     */
    static UpstreamAnswer read(byte[] body) {
        if (body.length == 0) {
            return EMPTY;
        }
        try {
            JsonNode root = MAPPER.readTree(body);
            if (root == null || root.isMissingNode() || root.isNull()) {
                return EMPTY;
            }
            if (!root.isObject()) {
                throw broken();
            }
            List<NewPublication> events = new ArrayList<>();
            List<Reply> replies = new ArrayList<>();
            read(root.get("events"), events, replies);
            return new UpstreamAnswer(refusal(root), ack(root), events, replies);
        } catch (IOException | SluiceException e) {
            throw broken();
        }
    }

    /** The application answered with a status that says no, and maybe with the reason as in a refusal of its own. */
    static UpstreamAnswer refused(byte[] body) {
        String why;
        try {
            why = error(MAPPER.readTree(body));
        } catch (IOException page) {
            why = ProblemCode.UPSTREAM_REFUSED.sentence();
        }
        return new UpstreamAnswer(why, null, List.of(), List.of());
    }

    private static SluiceException broken() {
        return new SluiceException(ProblemCode.UPSTREAM_UNAVAILABLE);
    }

    private static @Nullable String refusal(JsonNode root) {
        JsonNode accept = root.get("accept");
        if (accept == null || !accept.isBoolean() || accept.booleanValue()) {
            return null;
        }
        return error(root);
    }

    private static String error(@Nullable JsonNode said) {
        String error = said == null ? "" : said.path("error").asText("");
        if (error.isBlank()) {
            return ProblemCode.UPSTREAM_REFUSED.sentence();
        }
        return error.substring(0, Math.min(error.length(), LONGEST_REFUSAL));
    }

    private static @Nullable Payload ack(JsonNode root) {
        JsonNode ack = root.get("ack");
        return ack == null ? null : Payload.text(ack.toString());
    }

    private static void read(@Nullable JsonNode all, List<NewPublication> events, List<Reply> replies) {
        if (all == null || all.isNull()) {
            return;
        }
        if (!all.isArray() || all.size() > MAX_EVENTS) {
            throw broken();
        }
        for (JsonNode event : all) {
            String name = event.path("event").asText("");
            if (name.isEmpty()) {
                throw broken();
            }
            if (event.hasNonNull("channel")) {
                events.add(publication(name, event));
            } else {
                replies.add(reply(name, event));
            }
        }
    }

    private static NewPublication publication(String name, JsonNode event) {
        return new NewPublication(
                new ChannelName(event.path("channel").asText("")), name, data(event), null, null, null);
    }

    private static Payload data(JsonNode event) {
        JsonNode json = event.get(EventData.JSON);
        JsonNode binary = event.path(EventData.BINARY);
        if (!binary.isTextual() && !binary.isMissingNode() && !binary.isNull()) {
            throw broken();
        }
        return EventData.of(json == null ? null : json.toString(), binary.textValue(), "");
    }

    /** {@code args} are all of its arguments, {@code data} is the only one. */
    private static Reply reply(String name, JsonNode event) {
        JsonNode args = event.get("args");
        if (args != null && args.isArray()) {
            return new Reply(name, Payload.text(args.toString()));
        }
        JsonNode data = event.get(EventData.JSON);
        return new Reply(name, Payload.text(data == null ? "[]" : "[" + data + "]"));
    }
}
