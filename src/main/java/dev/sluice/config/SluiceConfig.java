package dev.sluice.config;

import dev.sluice.rollout.drain.DrainOrder;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

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

    Db db();

    Rollout rollout();

    Sessions sessions();

    Mailbox mailbox();

    Commands commands();

    Agents agents();

    Limits limits();

    Http http();

    Legacy legacy();

    Ofrep ofrep();

    Ingress ingress();

    Jwt jwt();

    Upstream upstream();

    Engineio engineio();

    Socketio socketio();

    Status status();

    /** What holds for the channels of a pattern, e.g. {@code sluice.channels."news-*".history.size}. */
    Map<String, Channel> channels();

    Shutdown shutdown();

    interface Shutdown {
        /**
         * How long the way down may take: half of it to tell every client, some to see them leave, the rest to write
         * what was heard. The orchestrator must allow more.
         */
        @WithDefault("10s")
        @DurationMin(seconds = 1)
        @DurationMax(minutes = 10)
        Duration grace();
    }

    /** The database; also read by main before the configuration exists. */
    interface Db {
        /** {@code postgresql://host:port/db}; absent: an embedded PostgreSQL. */
        Optional<String> url();

        Optional<String> user();

        Optional<String> password();
    }

    interface Rollout {
        /** Bucketing salt: another salt is another draw. */
        @WithDefault("sluice")
        String salt();

        /** {@code flagd}, {@code unleash}, {@code growthbook} or {@code launchdarkly}. */
        @WithDefault("flagd")
        String bucketing();

        /** Percent kept on polling even at 100 %, for comparison. */
        @WithDefault("0")
        @DecimalMin("0")
        @DecimalMax("100")
        BigDecimal holdback();

        /** Refusals without an HTTP request in between after which a client counts as unable to poll; 0 = never. */
        @WithDefault("3")
        @Min(0)
        @Max(1000)
        int cannotPollAfter();

        Drain drain();

        Guard guard();

        Plan plan();

        /** How the guard judges; {@link GuardKeys} refuses what contradicts itself. */
        interface Guard {
            /** Whether anybody looks; false: the ceiling moves only when a person says so. */
            @WithDefault("true")
            boolean enabled();

            /** Between two looks. */
            @WithDefault("30s")
            Duration interval();

            /** Chance that a healthy step is rolled back, over all steps and figures. */
            @WithDefault("0.01")
            double alpha();

            /** Chance that a step is held good that is not. */
            @WithDefault("0.05")
            double advanceAlpha();

            /** An attempt's deadline. */
            @WithDefault("10s")
            Duration attemptWindow();

            /** In which a client has one vote; not shorter than the attempt window. */
            @WithDefault("1m")
            Duration voteWindow();

            /** Votes that the unauthenticated clients of one address have in a window. */
            @WithDefault("20")
            @Min(1)
            @Max(1_000_000)
            int votesPerAddress();

            /** Distinct clients before anything is done. */
            @WithDefault("5")
            @Min(1)
            @Max(1_000_000)
            int minClients();

            /** Share of attempts that come to work. */
            ConnectionSuccess connectionSuccess();

            /** Mean delivery latency, clipped at 5 s. */
            Latency latency();

            /** Share of able clients that turn up polling. */
            FallbackRate fallbackRate();

            /** Errors per client-minute for each on polling. */
            ErrorRatio errorRatio();

            /** How far a rollback goes down: {@code zero} or {@code last-good}. */
            @WithDefault("zero")
            String onRollback();

            /** After which a rollback of the guard's is over by itself; absent: a person resumes. */
            Optional<Duration> coolDown();

            interface ConnectionSuccess {
                /** Above which a step may be left for the next. */
                @WithDefault("0.95")
                double advance();

                /** Below which it is rolled back. */
                @WithDefault("0.90")
                double rollback();
            }

            interface Latency {
                /** Below which a step may be left for the next. */
                @WithDefault("100ms")
                Duration advance();

                /** Above which it is rolled back. */
                @WithDefault("500ms")
                Duration rollback();
            }

            interface FallbackRate {
                /** Below which a step may be left for the next. */
                @WithDefault("0.05")
                double advance();

                /** Above which it is rolled back; absent: fallbacks alone never are. */
                Optional<Double> rollback();
            }

            interface ErrorRatio {
                /** At which it is rolled back, where it is also proved to be above 1. */
                @WithDefault("1.5")
                double rollback();
            }
        }

        /** The staged plan. */
        interface Plan {
            /** Rising percentages, e.g. {@code 10,25,50,75,100}; absent: no plan. */
            Optional<List<BigDecimal>> steps();

            /** How long a step lasts at least, from when clients have followed it. */
            @WithDefault("24h")
            Duration bake();
        }

        /** Below {@code notify}, which no method can be called. */
        @WithName("notify")
        Notification notification();

        /** Who is told of verdicts and of the ceiling. */
        interface Notification {
            /** A webhook for CloudEvents; absent: nobody is told. May hold a user and a password. */
            Optional<String> url();

            /** The whole {@code Authorization} header of each request. */
            Optional<String> authorization();

            /** Signs each request as Standard Webhooks say: {@code whsec_} and base64, or any text. */
            Optional<String> secret();

            /** How long one try may take. */
            @WithDefault("10s")
            Duration timeout();

            /** Tries for one event, the first included. */
            @WithDefault("8")
            @Min(1)
            @Max(100)
            int attempts();

            /** Before the second try; twice as long before each further one. */
            @WithDefault("1s")
            Duration firstRetry();

            /** The longest pause between two tries. */
            @WithDefault("1m")
            Duration longestRetry();

            /** Events that may wait; beyond it the oldest is dropped. */
            @WithDefault("1000")
            @Min(1)
            @Max(100_000)
            int maxWaiting();
        }

        interface Drain {
            /**
             * Over which time clients that have to move are spread; a rollback and a kill switch take 4 s at most.
             * 0: as fast as the rate allows.
             */
            @WithDefault("4s")
            @DurationMin(millis = 0)
            @DurationMax(hours = 1)
            Duration spread();

            /** Whom to move first: {@code last-in-first-out} or {@code random}. */
            @WithDefault("last-in-first-out")
            DrainOrder order();

            /** Clients told in a second at most, on this node; a rollback never goes below 500. */
            @WithDefault("2000")
            @Min(1)
            @Max(1_000_000)
            int maxPerSecond();

            /** How late polls may be answered before a lowering by hand waits for them; 0 = it never waits. */
            @WithDefault("250ms")
            @DurationMin(millis = 0)
            @DurationMax(minutes = 1)
            Duration pauseAbove();
        }
    }

    interface Sessions {
        /** How long a session outlives its last connection. */
        @WithDefault("2m")
        Duration grace();

        /** Sessions that one node holds, those that wait for their client included. */
        @WithDefault("100000")
        @Min(1)
        @Max(10_000_000)
        int max();

        /** Subscriptions of one session. */
        @WithDefault("1000")
        @Min(1)
        @Max(100_000)
        int maxSubscriptions();

        /** Between two ping frames on a WebSocket. */
        @WithDefault("30s")
        Duration pingInterval();

        /** Nothing heard on a WebSocket for that long: closed. */
        @WithDefault("60s")
        Duration silence();

        /** How long an event stream stays open before its reader has to come back, and so acknowledges. */
        @WithDefault("5m")
        Duration streamAtMost();
    }

    interface Mailbox {
        /** Bytes in one zone. */
        @WithDefault("1M")
        MemorySize maxBytes();

        /** Frames in one zone. */
        @WithDefault("1000")
        @Min(1)
        @Max(1_000_000)
        int maxFrames();

        /** How long an attached transport may refuse what is due. */
        @WithDefault("30s")
        Duration maxAge();

        /** Bytes held on the whole node for clients that have not acknowledged them; absent: 25 % of the heap. */
        Optional<MemorySize> totalBytes();
    }

    interface Commands {
        /** How long a delivered command may stay unacknowledged on a connection that stays. */
        @WithDefault("30s")
        Duration lease();

        /** How long a command lives where its caller named no time. */
        @WithDefault("24h")
        Duration ttl();

        /** Open commands of one cluster beyond which new ones are refused. */
        @WithDefault("10000")
        @Min(1)
        @Max(1_000_000)
        int maxOpen();

        /** The same in bytes. */
        @WithDefault("32M")
        MemorySize maxOpenBytes();

        /** Commands with changes that wait for the database, on the whole node. */
        @WithDefault("100000")
        @Min(1)
        @Max(10_000_000)
        int maxUnwritten();
    }

    interface Agents {
        /** What polling agents are told as {@code poll_interval_seconds}. */
        @WithDefault("30s")
        Duration pollInterval();

        /** How long an agent's session outlives its last connection or poll. */
        @WithDefault("10m")
        Duration grace();

        /** How long a WebSocket may take to register. */
        @WithDefault("10s")
        Duration firstFrame();

        /** Between two ping frames. */
        @WithDefault("30s")
        Duration pingInterval();

        /** Nothing heard for that long: closed. */
        @WithDefault("60s")
        Duration silence();

        /** How often beats are written. */
        @WithDefault("10s")
        Duration saveBeatsEvery();
    }

    interface Limits {
        /** Open connections with one token. */
        @WithDefault("10000")
        @Min(1)
        @Max(10_000_000)
        int connectionsPerToken();

        /** Open connections from one address; absent: no limit. */
        Optional<Integer> connectionsPerAddress();

        /** Messages of one client, polling and WebSocket alike; bursts of twice that. */
        @WithDefault("100")
        @Min(1)
        @Max(1_000_000)
        int messagesPerSecond();

        /** Requests of one unauthenticated address; bursts of twice that. */
        @WithDefault("100")
        @Min(1)
        @Max(1_000_000)
        int requestsPerSecond();

        /** Longest message. */
        @WithDefault("1M")
        MemorySize message();

        /** Longest request body. */
        @WithDefault("10M")
        MemorySize body();

        /** How long the head of a request may take, and how long a connection may stay without one. */
        @WithDefault("60s")
        Duration requestTimeout();

        /** How long a request's body may take. */
        @WithDefault("60s")
        Duration bodyTimeout();
    }

    interface Http {
        /** CIDRs of proxies whose {@code X-Forwarded-*} headers are believed. */
        Optional<List<String>> trustedProxies();

        /** Browser origins besides the gateway's own; {@code *} allows every one. */
        Optional<List<String>> allowedOrigins();
    }

    interface Legacy {
        /** When the HTTP agent endpoints became deprecated; absent: they are not. */
        Optional<OffsetDateTime> deprecatedAt();

        /** When they end; absent with {@code deprecated-at} set: 30 days later. */
        Optional<OffsetDateTime> sunsetAt();

        /** Where agents' owners read how to move; absent: the guide that this gateway serves itself. */
        Optional<String> guideUrl();
    }

    /** The stream of changes beside the remote evaluation of flags. */
    interface Ofrep {
        /** Streams open at once on this node; beyond it providers are told to ask by themselves. */
        @WithDefault("10000")
        @Min(0)
        @Max(1_000_000)
        int maxStreams();

        /** Over which time the streams are told of a change, so that not everybody asks at once. */
        @WithDefault("2s")
        Duration spread();

        /** Between two comments that keep a quiet stream open; below the shortest idle time of any proxy. */
        @WithDefault("15s")
        Duration heartbeat();
    }

    interface Ingress {
        /** The data plane listener; reserved for the ingress gateway, which this version does not start. */
        @WithDefault("8081")
        @Min(-1)
        @Max(65535)
        int port();
    }

    /** How the JWTs of application users are checked; without secret and URL none is accepted. */
    interface Jwt {
        /** The secret shared with the application, for HS256, HS384 and HS512. */
        Optional<String> secret();

        /** Where the application's identity provider publishes its keys. */
        Optional<String> jwksUrl();

        /** How often they are fetched; sooner where a JWT names a key that is not known. */
        @WithDefault("10m")
        Duration jwksRefresh();

        /** How far clocks may differ. */
        @WithDefault("30s")
        Duration clockSkew();

        /** What {@code iss} must be; absent: anything. */
        Optional<String> issuer();

        /** What {@code aud} must contain; absent: anything. */
        Optional<String> audience();
    }

    interface Channel {
        History history();

        /** What becomes of too slow a subscriber. */
        Optional<Overflow> overflow();

        /** Who may subscribe; absent: by the channel's name. */
        Optional<Who> subscribe();

        /** Who may publish over a client's connection; absent: by the channel's name. */
        Optional<Who> publish();

        enum Overflow {
            CLOSE,
            DROP_OLDEST,
            CONFLATE
        }

        enum Who {
            ANYBODY,
            USERS,
            CLAIM,
            TOKENS
        }

        interface History {
            Optional<@Min(0) @Max(1_000_000) Integer> size();

            Optional<MemorySize> bytes();

            Optional<Duration> age();

            /** Whether it is kept in the database. */
            Optional<Boolean> durable();
        }
    }

    /** What carries Socket.IO: heartbeat, upgrade, and how much a client may send at once. */
    interface Engineio {
        /** From a pong to the next ping. */
        @WithDefault("25s")
        @DurationMin(millis = 100)
        @DurationMax(seconds = 50)
        Duration pingInterval();

        /** From a ping to giving up. */
        @WithDefault("20s")
        @DurationMin(millis = 100)
        @DurationMax(minutes = 10)
        Duration pingTimeout();

        /** How long a WebSocket that probes may take to take over. */
        @WithDefault("10s")
        @DurationMin(millis = 100)
        @DurationMax(minutes = 10)
        Duration upgradeTimeout();

        /** The longest message or body that a client may send, in bytes. */
        @WithDefault("1000000")
        @Min(1_000)
        @Max(100_000_000)
        int maxPayload();

        /** A path where every message is said back, to try clients, proxies and suites; absent: nowhere. */
        Optional<@Pattern(regexp = "/[^/].*[^/]") String> echoPath();
    }

    /** Socket.IO clients. */
    interface Socketio {
        /** Where they connect. */
        @WithDefault("/socket.io")
        @Pattern(regexp = "/[^/].*[^/]")
        String path();

        /** Namespaces that exist besides {@code /}. */
        @WithDefault("/pipelines")
        List<@Pattern(regexp = "/[^/,?;].*") String> namespaces();

        /** How long a connection may take to connect to its first namespace. */
        @WithDefault("45s")
        @DurationMin(millis = 100)
        @DurationMax(minutes = 10)
        Duration connectTimeout();

        /** Whether clients may come back to where they were (connection state recovery). */
        @WithDefault("true")
        boolean recovery();

        /** Name of a cookie with the connection's id, for balancers; absent: none. */
        Optional<@Pattern(regexp = "[A-Za-z0-9_-]+") String> cookie();

        /** Origins whose pages may connect, beside {@code sluice.http.allowed-origins}; {@code *}: all. */
        Optional<List<String>> corsOrigin();
    }

    /** Pipelines and the status pages that show them. */
    interface Status {
        /** Silent for that long, a pipeline is shown as stale. */
        @WithDefault("2m")
        @DurationMin(seconds = 1)
        Duration staleAfter();

        /** Pipelines beyond which new ones are refused. */
        @WithDefault("1000")
        @Min(1)
        @Max(100_000)
        int maxPipelines();

        /** A pipeline that is listed before it is heard of; {@code RAG_PIPELINE_ID} says the same. */
        Optional<String> pipelineId();

        /** How long a client that polls may keep {@code /api/rag-status}. */
        @WithDefault("2s")
        @DurationMin(seconds = 0)
        Duration maxAge();

        /** The same for a client that has the WebSocket, and hears of changes there. */
        @WithDefault("30s")
        @DurationMin(seconds = 0)
        Duration maxAgeWithWebsocket();
    }

    /** The application behind the gateway; without a URL nobody is asked or told. */
    interface Upstream {
        /** Where events go. May hold a user and a password. */
        Optional<String> url();

        /** The whole {@code Authorization} header of each request. */
        Optional<String> authorization();

        /** Signs each request as Standard Webhooks say: {@code whsec_} and base64, or any text. */
        Optional<String> secret();

        /** {@code structured}: one JSON document; {@code binary}: attributes in headers. */
        @WithDefault("structured")
        Form form();

        /** How long the application may take to answer. */
        @WithDefault("5s")
        @DurationMin(millis = 1)
        @DurationMax(minutes = 1)
        Duration timeout();

        /** What becomes of a client that comes while the application does not answer. */
        @WithDefault("reject")
        OnTimeout onTimeout();

        /** How old an event of the outbox may become before it is given up. */
        @WithDefault("24h")
        @DurationMin(seconds = 1)
        Duration retryFor();

        /** Before the second try; twice as long before each further one. */
        @WithDefault("1s")
        @DurationMin(millis = 1)
        Duration firstRetry();

        /** The longest pause between two tries. */
        @WithDefault("1m")
        @DurationMin(millis = 1)
        Duration longestRetry();

        /** Events under way at a time; of one client there is never more than one. */
        @WithDefault("16")
        @Min(1)
        @Max(1_000)
        int parallel();

        /** Events that may wait for the database. */
        @WithDefault("10000")
        @Min(1)
        @Max(1_000_000)
        int maxUnstored();

        enum Form {
            STRUCTURED,
            BINARY
        }

        enum OnTimeout {
            REJECT,
            ACCEPT
        }
    }
}
