package dev.sluice.edge.client;

import dev.sluice.edge.http.Call;
import io.vertx.core.http.Cookie;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells browsers apart that say nothing of themselves, by a first-party cookie. It names nobody: a random word, good for
 * being decided the same way each time and for nothing else. Pages of other sites get none, since browsers would not
 * send it back.
 */
final class BrowserCookie {
    private static final String NAME = "sluice_client";
    private static final Pattern GOOD = Pattern.compile("[A-Za-z0-9_-]{16,64}");
    private static final Set<String> SAME_SITE = Set.of("same-origin", "same-site", "none");
    private static final String ONE_YEAR = "31536000";
    private static final SecureRandom RANDOM = new SecureRandom();

    private BrowserCookie() {}

    /** The browser's word, a new one where it has none; null for what is no browser, or not on a page of ours. */
    static @Nullable String of(Call call) {
        Cookie sent = call.routing().request().getCookie(NAME);
        if (sent != null && GOOD.matcher(sent.getValue()).matches()) {
            return sent.getValue();
        }
        if (!ofOurPage(call)) {
            return null;
        }
        byte[] bits = new byte[16];
        RANDOM.nextBytes(bits);
        String fresh = Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
        String secure = call.origin().baseUrl().startsWith("https") ? "; Secure" : "";
        call.answerHeader(
                "Set-Cookie",
                "%s=%s; Path=/; Max-Age=%s; HttpOnly; SameSite=Lax%s".formatted(NAME, fresh, ONE_YEAR, secure));
        return fresh;
    }

    private static boolean ofOurPage(Call call) {
        String site = call.header("Sec-Fetch-Site");
        if (site != null) {
            return SAME_SITE.contains(site);
        }
        return call.origin().baseUrl().equalsIgnoreCase(call.header("Origin"));
    }
}
