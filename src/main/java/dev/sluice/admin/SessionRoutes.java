package dev.sluice.admin;

import dev.sluice.core.Disconnect;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.delivery.channel.ChannelSessions;
import dev.sluice.delivery.channel.SessionView;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.edge.http.Access;
import dev.sluice.edge.http.Answer;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.edge.http.Endpoints;
import io.smallrye.mutiny.Uni;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/admin/sessions}: who is connected, how far behind each one is, and out with one of them. Sessions are
 * named by a hash: whoever knows an id may take the session over.
 */
public final class SessionRoutes implements Endpoints {
    private static final String SESSIONS = "/api/v1/admin/sessions";
    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1_000;

    private final ChannelSessions sessions;

    public SessionRoutes(ChannelSessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get(SESSIONS, Access.ADMIN, this::list),
                Endpoint.get(SESSIONS + "/{session}", Access.ADMIN, this::find),
                Endpoint.delete(SESSIONS + "/{session}", Access.ADMIN, this::kick));
    }

    private record Named(String name, SessionView view) {}

    private Uni<List<Named>> named() {
        return sessions.views().map(views -> views.stream()
                .map(view -> new Named(nameOf(view.id()), view))
                .toList());
    }

    /** Half of the hash: enough to tell millions apart, and short enough for a screen. */
    private static String nameOf(SessionId id) {
        return DigestUtils.sha256Hex(id.value()).substring(0, 32);
    }

    private Uni<Answer> list(Call call) {
        int limit = call.query("limit", DEFAULT_PAGE, 1, MAX_PAGE);
        String after = call.query("after");
        String clientId = call.query("client_id");
        return named().map(all -> {
            List<Named> page = all.stream()
                    .filter(named ->
                            clientId == null || named.view().client().clientId().equals(clientId))
                    .filter(named -> after == null || named.name().compareTo(after) > 0)
                    .sorted(Comparator.comparing(Named::name))
                    .limit(limit)
                    .toList();
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("sessions", page.stream().map(SessionRoutes::document).toList());
            answer.put("total", all.size());
            if (page.size() == limit) {
                answer.put("next", page.get(limit - 1).name());
            }
            return Answer.ok(answer);
        });
    }

    private Uni<Answer> find(Call call) {
        return one(call).map(named -> Answer.ok(document(named)));
    }

    /** Ends the session for good; its client may begin a new one. */
    private Uni<Answer> kick(Call call) {
        return one(call).map(named -> {
            ChannelSession session = sessions.find(named.view().id());
            if (session != null) {
                session.execute(() -> session.end(Disconnect.SESSION_GONE));
            }
            return Answer.noContent();
        });
    }

    private Uni<Named> one(Call call) {
        String name = call.path("session");
        return named().map(all -> all.stream()
                .filter(named -> named.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new SluiceException(ProblemCode.NOT_FOUND, "There is no such session.")));
    }

    private static Map<String, @Nullable Object> document(Named named) {
        SessionView view = named.view();
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("session", named.name());
        document.put("client_id", view.client().clientId());
        document.put("protocol", view.client().protocol());
        document.put("state", view.state().name().toLowerCase(Locale.ROOT));
        document.put(
                "transport", view.transport() == null ? null : view.transport().wire());
        document.put("queue_frames", view.unsentFrames());
        document.put("queue_bytes", view.unsentBytes());
        document.put("unacknowledged_frames", view.sentFrames());
        document.put("unacknowledged_bytes", view.sentBytes());
        document.put("lag_ms", view.lagMillis());
        document.put("age_ms", view.ageMillis());
        document.put("subscriptions", view.subscriptions());
        document.put("catching_up", view.catchingUp());
        document.put("overflow", view.overflow().isEmpty() ? null : view.overflow());
        return document;
    }
}
