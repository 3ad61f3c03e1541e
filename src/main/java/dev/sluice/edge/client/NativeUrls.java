package dev.sluice.edge.client;

import dev.sluice.edge.http.ClientOrigin;
import dev.sluice.protocol.sluice.Welcome;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The addresses that native clients are told. */
final class NativeUrls {
    static final String SOCKET = "/ws";
    static final String SESSIONS = "/api/v1/sessions";

    private NativeUrls() {}

    /**
     * Where a session is reached. The socket's address names the client, so that the upgrade decides as the poll that
     * named it did.
     *
     * @param session its id, or a token that stands for it
     */
    static Welcome.Urls of(ClientOrigin origin, @Nullable String named, String session) {
        String query = named == null ? "" : "?client_id=" + URLEncoder.encode(named, StandardCharsets.UTF_8);
        String base = origin.baseUrl() + SESSIONS + "/" + session;
        return new Welcome.Urls(origin.webSocketBaseUrl() + SOCKET + query, base + "/messages", base + "/events");
    }
}
