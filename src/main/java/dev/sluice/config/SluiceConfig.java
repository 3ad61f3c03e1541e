package dev.sluice.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Map;
import java.util.Optional;

/**
 * Every key below {@code sluice.}, grouped by the room that uses it. Read once at start; flags are data and live
 * elsewhere.
 */
@ConfigMapping(prefix = "sluice")
public interface SluiceConfig {

    /** Where clients reach this gateway, e.g. {@code https://gateway.example.com}; absent: taken from each request. */
    Optional<String> publicUrl();

    /** The embedded database's directory; also read by main before the configuration exists. */
    @WithDefault("./data")
    String dataDir();

    /** The watched flag file. */
    @WithDefault("config/flags.properties")
    String flagsFile();

    DbConfig db();

    RolloutConfig rollout();

    SessionsConfig sessions();

    MailboxConfig mailbox();

    CommandsConfig commands();

    AgentsConfig agents();

    LimitsConfig limits();

    HttpConfig http();

    LegacyConfig legacy();

    OfrepConfig ofrep();

    IngressConfig ingress();

    JwtConfig jwt();

    UpstreamConfig upstream();

    EngineioConfig engineio();

    SocketioConfig socketio();

    StatusConfig status();

    /** What holds for the channels of a pattern, e.g. {@code sluice.channels."news-*".history.size}. */
    Map<String, ChannelConfig> channels();

    ShutdownConfig shutdown();
}
