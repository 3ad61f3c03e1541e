package dev.sluice.webhook;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where events go, and how we say who we are there. Its text shows the host alone: paths and user names of webhooks are
 * often their secret.
 *
 * @param url without a user in it
 * @param authorization the whole {@code Authorization} header, or null
 * @param signature signs what is sent, or null
 * @param timeout from the first packet to the status of the answer
 */
public record WebhookTarget(
        String url, @Nullable String authorization, @Nullable WebhookSignature signature, Duration timeout) {

    /** What is allowed, as it stands in error messages. */
    public static final String ALLOWED = "an absolute http or https URL with a host and without a fragment";

    /**
     * A user in the URL becomes basic authentication, unless {@code authorization} says another.
     *
     * @throws IllegalArgumentException where it is not {@link #ALLOWED}; does not repeat it
     */
    public static WebhookTarget of(
            String url, @Nullable String authorization, @Nullable String secret, Duration timeout) {
        URI uri = parsed(url);
        String user = uri.getUserInfo();
        String basic = user == null
                ? null
                : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        return new WebhookTarget(
                withoutUser(uri),
                authorization != null ? authorization : basic,
                secret == null ? null : WebhookSignature.of(secret),
                timeout);
    }

    private static URI parsed(String url) {
        try {
            URI uri = new URI(url.strip());
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (http && uri.getHost() != null && uri.getFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Told below, without the text: it may hold a password.
        }
        throw new IllegalArgumentException(ALLOWED);
    }

    private static String withoutUser(URI uri) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return uri.getScheme() + "://" + uri.getHost() + port + path + query;
    }

    /** Adds what shows the receiver that a request is ours: who we are, which event it is, and a signature over it. */
    public void authorize(BiConsumer<String, String> header, String eventId, Instant now, byte[] body) {
        header.accept("User-Agent", "sluice");
        header.accept("webhook-id", eventId);
        header.accept("webhook-timestamp", Long.toString(now.getEpochSecond()));
        if (authorization != null) {
            header.accept("Authorization", authorization);
        }
        if (signature != null) {
            header.accept("webhook-signature", signature.sign(eventId, now.getEpochSecond(), body));
        }
    }

    /** For logs. */
    public String host() {
        return URI.create(url).getHost();
    }

    @Override
    public String toString() {
        return host();
    }
}
