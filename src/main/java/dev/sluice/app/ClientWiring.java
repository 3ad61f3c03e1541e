package dev.sluice.app;

import dev.sluice.config.ChannelConfig;
import dev.sluice.config.JwtConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.core.ChannelPattern;
import dev.sluice.identity.TokenBook;
import dev.sluice.identity.client.ChannelAccess;
import dev.sluice.identity.client.ChannelAccess.Rule;
import dev.sluice.identity.client.ChannelAccess.Who;
import dev.sluice.identity.client.Clients;
import dev.sluice.identity.client.JwtKeys;
import dev.sluice.identity.client.JwtVerifier;
import dev.sluice.identity.client.PublishedKeys;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Makes what tells the clients of applications apart, and what they may do. */
final class ClientWiring {
    private static final Logger LOG = Logger.getLogger(ClientWiring.class);

    /** RFC 7518 §3.2: a key as long as the hash. */
    private static final int STRONG_SECRET = 32;

    /** A bean: whoever fetches the keys and whoever verifies with them are made by two instances of this class. */
    @Produces
    @Singleton
    PublishedKeys publishedKeys() {
        return JwtKeys.published();
    }

    @Produces
    @Singleton
    Clients clients(
            TokenBook tokens, SluiceConfig config, PublishedKeys published, InstantSource clock, ProbeSecret probe) {
        return new Clients(tokens, verifier(config.jwt(), published, clock), probe.value());
    }

    private static @Nullable JwtVerifier verifier(JwtConfig jwt, PublishedKeys published, InstantSource clock) {
        if (jwt.secret().isPresent() && jwt.jwksUrl().isPresent()) {
            throw new RefusedToStart("sluice.jwt.secret and sluice.jwt.jwks-url are both set; set one of them");
        }
        JwtVerifier.Settings settings = new JwtVerifier.Settings(
                jwt.clockSkew(), jwt.issuer().orElse(null), jwt.audience().orElse(null));
        if (jwt.jwksUrl().isPresent()) {
            return new JwtVerifier(published, settings, clock);
        }
        if (jwt.secret().isEmpty()) {
            return null;
        }
        byte[] secret = jwt.secret().get().getBytes(StandardCharsets.UTF_8);
        if (secret.length < STRONG_SECRET) {
            LOG.warnf("sluice.jwt.secret is shorter than %d bytes and may be guessed", STRONG_SECRET);
        }
        return new JwtVerifier(JwtKeys.secret(secret), settings, clock);
    }

    @Produces
    @Singleton
    ChannelAccess channelAccess(SluiceConfig config) {
        List<Rule> rules = config.channels().entrySet().stream()
                .map(entry -> new Rule(
                        new ChannelPattern(entry.getKey()),
                        entry.getValue().subscribe().map(ClientWiring::who).orElse(null),
                        entry.getValue().publish().map(ClientWiring::who).orElse(null)))
                .toList();
        return new ChannelAccess(rules);
    }

    private static Who who(ChannelConfig.Who configured) {
        return Who.valueOf(configured.name());
    }

    /** Keys are fetched in the background: nobody who connects waits for another server. */
    void fetchKeys(
            @Observes StartupEvent event,
            Vertx vertx,
            SluiceConfig config,
            PublishedKeys published,
            InstantSource clock) {
        config.jwt().jwksUrl().ifPresent(url -> new KeyFetch(vertx, url, published, clock)
                .every(config.jwt().jwksRefresh()));
    }
}
