package dev.sluice.webhook;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.commons.codec.digest.HmacAlgorithms;
import org.apache.commons.codec.digest.HmacUtils;

/**
 * Proves to a receiver that a request is ours and recent.
 *
 * @see <a href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard
 *     Webhooks 1.0.0, symmetric signatures</a>
 */
public final class WebhookSignature {
    private static final String ENCODED = "whsec_";

    private final byte[] key;

    private WebhookSignature(byte[] key) {
        this.key = key;
    }

    /**
     * @param secret the key itself, or in base64 behind {@code whsec_}
     * @throws IllegalArgumentException where there is no base64 behind it; does not repeat it
     */
    static WebhookSignature of(String secret) {
        if (!secret.startsWith(ENCODED)) {
            return new WebhookSignature(secret.getBytes(StandardCharsets.UTF_8));
        }
        try {
            return new WebhookSignature(Base64.getDecoder().decode(secret.substring(ENCODED.length())));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("whsec_ and a key in base64, or any other text");
        }
    }

    /** The header {@code webhook-signature} for one try at one event. */
    String sign(String id, long epochSeconds, byte[] body) {
        byte[] head = (id + "." + epochSeconds + ".").getBytes(StandardCharsets.UTF_8);
        byte[] signed = new byte[head.length + body.length];
        System.arraycopy(head, 0, signed, 0, head.length);
        System.arraycopy(body, 0, signed, head.length, body.length);
        byte[] mac = new HmacUtils(HmacAlgorithms.HMAC_SHA_256, key).hmac(signed);
        return "v1," + Base64.getEncoder().encodeToString(mac);
    }
}
