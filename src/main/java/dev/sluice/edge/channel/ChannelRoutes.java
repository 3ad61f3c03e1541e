package dev.sluice.edge.channel;

import com.fasterxml.jackson.databind.util.RawValue;
import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.channel.Broker;
import dev.sluice.delivery.channel.ChannelSessions;
import dev.sluice.delivery.channel.HistoryPage;
import dev.sluice.delivery.channel.Member;
import dev.sluice.delivery.channel.Publication;
import dev.sluice.delivery.channel.StreamPosition;
import dev.sluice.edge.http.Access;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.edge.http.Endpoints;
import dev.sluice.identity.client.ChannelAccess;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/channels}: which there are, where they stand, what they hold and who is there. */
public final class ChannelRoutes implements Endpoints {
    private static final String CHANNELS = "/api/v1/channels";
    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1_000;
    private static final String POSITION = "epoch:offset";

    private final Broker broker;
    private final ChannelSessions sessions;

    public ChannelRoutes(Broker broker, ChannelSessions sessions) {
        this.broker = broker;
        this.sessions = sessions;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get(CHANNELS, Access.OBSERVER, this::list),
                Endpoint.get(CHANNELS + "/{channel}", Access.OBSERVER, this::look),
                Endpoint.get(CHANNELS + "/{channel}/history", Access.OBSERVER, this::history),
                Endpoint.get(CHANNELS + "/{channel}/presence", Access.OBSERVER, this::presence));
    }

    private Uni<Answer> list(Call call) {
        int limit = call.query("limit", DEFAULT_PAGE, 1, MAX_PAGE);
        String after = call.query("after");
        // One more, to know whether there are more; and one for the gateway's own, which nobody is shown.
        return broker.channels(after == null ? "" : after, limit + 2).map(heads -> {
            List<Broker.Head> shown = heads.stream()
                    .filter(head -> !head.channel().equals(ChannelAccess.PROBE))
                    .toList();
            List<Broker.Head> page = shown.subList(0, Math.min(limit, shown.size()));
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put(
                    "channels",
                    page.stream()
                            .map(head -> document(head.channel(), head.position()))
                            .toList());
            if (shown.size() > limit) {
                answer.put("next", page.get(limit - 1).channel().value());
            }
            return Answer.ok(answer);
        });
    }

    private Uni<Answer> look(Call call) {
        ChannelName channel = channel(call);
        return broker.head(channel).map(head -> Answer.ok(document(channel, head)));
    }

    private Map<String, Object> document(ChannelName channel, StreamPosition head) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("channel", channel.value());
        document.put("subscribers", sessions.subscribers(channel));
        document.put("epoch", head.epoch());
        document.put("offset", head.offset());
        return document;
    }

    /** What follows {@code since}; without it the newest. */
    private Uni<Answer> history(Call call) {
        ChannelName channel = channel(call);
        int limit = call.query("limit", DEFAULT_PAGE, 1, MAX_PAGE);
        String since = call.query("since");
        if (since != null) {
            return after(channel, position(since), limit);
        }
        return broker.history(channel, 0, 1).chain(oldest -> {
            long newest = oldest.head().offset() - limit;
            return broker.history(channel, Math.max(newest, oldest.floor() - 1), limit)
                    .map(ChannelRoutes::page);
        });
    }

    private Uni<Answer> after(ChannelName channel, StreamPosition since, int limit) {
        return broker.history(channel, since.offset(), limit).map(page -> {
            boolean ahead = since.offset() > page.head().offset();
            if (!since.epoch().equals(page.head().epoch()) || ahead || page.lost()) {
                throw new SluiceException(ProblemCode.GONE);
            }
            return page(page);
        });
    }

    private static StreamPosition position(String since) {
        int colon = since.lastIndexOf(':');
        try {
            long offset = Long.parseLong(since.substring(colon + 1));
            if (colon > 0 && offset >= 0) {
                return new StreamPosition(since.substring(0, colon), offset);
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw SluiceException.invalid("since", POSITION);
    }

    private static Answer page(HistoryPage page) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("epoch", page.head().epoch());
        answer.put("offset", page.head().offset());
        answer.put(
                "events", page.publications().stream().map(ChannelRoutes::event).toList());
        return Answer.ok(answer);
    }

    private static Map<String, Object> event(Publication publication) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("channel", publication.channel().value());
        event.put("event", publication.event());
        if (publication.data().text()) {
            event.put("data", json(publication.data()));
        } else {
            event.put("data_base64", publication.data().bytes());
        }
        event.put("epoch", publication.epoch());
        event.put("offset", publication.offset());
        event.put("published_at", Instant.ofEpochMilli(publication.appendedAt()));
        return event;
    }

    private Uni<Answer> presence(Call call) {
        return broker.members(channel(call))
                .map(members -> Answer.ok(Map.of(
                        "members", members.stream().map(ChannelRoutes::member).toList())));
    }

    private static Map<String, @Nullable Object> member(Member member) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("client_id", member.clientId());
        document.put("info", member.info() == null ? null : json(member.info()));
        document.put(
                "transport",
                member.transport() == null ? null : member.transport().wire());
        document.put("since", member.since());
        return document;
    }

    /** Text in the engine is JSON as it was published: it is passed on and not read again. */
    private static RawValue json(Payload text) {
        return new RawValue(text.asString());
    }

    private static ChannelName channel(Call call) {
        return new ChannelName(call.path("channel"));
    }
}
