package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.testkit.Api;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;

/** Users' JWTs against the keys that an identity provider publishes, which changes them while the gateway runs. */
class PublishedKeysIT {
    /** Publishes whatever keys it has. */
    private static final class Provider implements AutoCloseable {
        final List<RsaJsonWebKey> keys = new CopyOnWriteArrayList<>();
        private final HttpServer server;

        Provider() throws Exception {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/keys", exchange -> {
                try (exchange) {
                    byte[] body = new JsonWebKeySet(keys)
                            .toJson(OutputControlLevel.PUBLIC_ONLY)
                            .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                }
            });
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/keys";
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private static RsaJsonWebKey key(String id) throws JoseException {
        RsaJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
        key.setKeyId(id);
        key.setAlgorithm(AlgorithmIdentifiers.RSA_USING_SHA256);
        return key;
    }

    private static String jwt(RsaJsonWebKey by, String keyId, float minutes) throws JoseException {
        JwtClaims claims = new JwtClaims();
        claims.setSubject("jane");
        claims.setExpirationTimeMinutesInTheFuture(minutes);
        JsonWebSignature signed = new JsonWebSignature();
        signed.setPayload(claims.toJson());
        signed.setKey(by.getPrivateKey());
        signed.setKeyIdHeaderValue(keyId);
        signed.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        return signed.getCompactSerialization();
    }

    private static int begun(Gateway gateway, String jwt) {
        return new Api(gateway.url("/"), jwt).post("/api/v1/sessions", Map.of()).status();
    }

    @Test
    void usersAreKnownByThePublishedKeysAndByThoseThatReplaceThem() throws Exception {
        try (Provider provider = new Provider()) {
            RsaJsonWebKey first = key("first");
            RsaJsonWebKey second = key("second");
            provider.keys.add(first);
            try (Gateway gateway = new Gateway("PublishedKeysIT")
                    .with("SLUICE_JWT_JWKS_URL", provider.url())
                    .start()) {
                assertThat(begun(gateway, jwt(first, "first", 10))).isEqualTo(201);
                assertThat(begun(gateway, jwt(second, "first", 10))).isEqualTo(401);
                assertThat(begun(gateway, jwt(first, "first", -10))).isEqualTo(401);
                assertThat(begun(gateway, jwt(second, "second", 10))).isEqualTo(401);

                provider.keys.set(0, second);

                await().atMost(Duration.ofSeconds(30))
                        .pollInterval(Duration.ofMillis(500))
                        .until(() -> begun(gateway, jwt(second, "second", 10)) == 201);
                assertThat(begun(gateway, jwt(first, "first", 10))).isEqualTo(401);
            }
        }
    }
}
