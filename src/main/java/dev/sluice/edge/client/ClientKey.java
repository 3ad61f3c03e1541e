package dev.sluice.edge.client;

import dev.sluice.core.SluiceException;
import dev.sluice.edge.http.Call;
import dev.sluice.identity.client.ClientIdentity;
import org.jspecify.annotations.Nullable;

/**
 * What the rollout decides an application's client on.
 *
 * @param named the name it goes by: what it said, or its user; null where neither is known
 * @param own whether the key is this client's and not shared by everybody behind one address
 */
public record ClientKey(String value, @Nullable String named, boolean own) {
    private static final int LONGEST = 255;

    /**
     * What it says itself ({@code given} by path or body, {@code client_id}, {@code agent_id}, {@code Sluice-Client-Id}),
     * else its user, its token, the cookie of its browser, its address.
     *
     * @throws SluiceException {@code invalid-field} naming {@code client_id}
     */
    public static ClientKey of(Call call, @Nullable String given) {
        String said = said(call, given);
        ClientIdentity client = call.client();
        if (said != null) {
            return new ClientKey(said, said, true);
        }
        if (client.subject() != null) {
            return new ClientKey(client.subject(), client.subject(), true);
        }
        if (client.token() != null) {
            return new ClientKey(client.token().id().toString(), null, true);
        }
        String browser = BrowserCookie.of(call);
        return browser != null
                ? new ClientKey(browser, null, true)
                : new ClientKey(call.origin().address(), null, false);
    }

    /**
     * What it says itself; null where it says nothing.
     *
     * @throws SluiceException as {@link #of}
     */
    static @Nullable String said(Call call, @Nullable String given) {
        String said = given != null ? given : call.query("client_id");
        if (said == null) {
            said = call.query("agent_id");
        }
        if (said == null) {
            said = call.header("Sluice-Client-Id");
        }
        if (said == null || said.isEmpty()) {
            return null;
        }
        if (said.length() > LONGEST || said.chars().anyMatch(Character::isISOControl)) {
            throw SluiceException.invalid(
                    "client_id", "1 to %d characters without control characters".formatted(LONGEST));
        }
        return said;
    }
}
