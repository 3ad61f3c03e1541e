package dev.sluice.edge.client;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Mode;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.channel.Client;
import dev.sluice.delivery.session.Attachment;
import dev.sluice.delivery.session.Gate.Applicant;
import dev.sluice.delivery.session.ObservedClient;
import dev.sluice.delivery.session.ObservedClient.Part;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.upstream.ClientEvents.Caller;
import dev.sluice.delivery.upstream.ClientMessages;
import dev.sluice.edge.gate.RolloutGate.Decided;
import dev.sluice.edge.gate.Serving;
import dev.sluice.edge.http.ClientOrigin;
import dev.sluice.identity.Token;
import dev.sluice.identity.client.ClientIdentity;
import dev.sluice.identity.client.ResumeClaim;
import dev.sluice.protocol.sluice.SluiceClient;
import dev.sluice.protocol.sluice.SluiceProtocol;
import dev.sluice.protocol.sluice.Welcome;
import dev.sluice.rollout.decision.ClientFacts;
import dev.sluice.rollout.decision.Decider;
import dev.sluice.rollout.decision.Decision;
import dev.sluice.rollout.decision.RolloutState;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The client of one session: who it is, what it may, how it is decided. Lives as long as its session, which it does not
 * hold. Any thread.
 */
final class NativeClient implements SluiceClient {
    private static final int SHOWN = 8;
    /** Evidence counts what is told of one client at most once in a much longer time. */
    private static final long NEWS_AGAIN_MILLIS = 1_000;

    private final NativeParts parts;
    private final String sessionId;
    private final String owner;
    private final ClientKey key;
    private volatile ClientIdentity identity;
    private volatile String address = "";
    private volatile boolean triedWebSocket;
    private volatile boolean refusesPolling;
    private volatile @Nullable Attachment attachment;
    private volatile @Nullable TransportKind transport;
    private volatile long leftAt;
    private volatile long lastHttp;
    private volatile @Nullable ServedAs servedAs;
    private volatile @Nullable ObservedClient observed;
    private volatile @Nullable Kept kept;
    private volatile @Nullable Told told;

    NativeClient(NativeParts parts, String sessionId, String owner, ClientKey key, ClientIdentity identity) {
        this.parts = parts;
        this.sessionId = sessionId;
        this.owner = owner;
        this.key = key;
        this.identity = identity;
    }

    String sessionId() {
        return sessionId;
    }

    ClientKey key() {
        return key;
    }

    ClientIdentity identity() {
        return identity;
    }

    /** How others see it: a user by its name, whoever says who they are by that, others by a word of their own. */
    Client described() {
        String shown = identity.subject() != null ? identity.subject() : key.named();
        if (shown == null) {
            shown = "guest-" + Integer.toHexString(sessionId.hashCode() | 1 << (4 * SHOWN - 1));
        }
        ClientAttributes attributes = new ClientAttributes(key.value(), key.named(), key.own(), identity);
        return new Client(owner, shown, SluiceProtocol.NAME, null, attributes);
    }

    @Override
    public Caller caller(@Nullable TransportKind over) {
        // Who says something before it ever was attached says it in a request.
        TransportKind kind = over == null ? TransportKind.POLLING : over;
        return new Caller(
                new SessionId(sessionId), described().clientId(), identity.subject(), SluiceProtocol.NAME, kind.wire());
    }

    /** It comes from there now. */
    void from(ClientOrigin origin) {
        address = origin.address();
    }

    String address() {
        return address;
    }

    // --- who it is ---

    /**
     * Somebody comes with this session. The session's secret is enough for a user whose JWT is still good, and for
     * nobody in particular; whoever brings a credential has to be the owner.
     *
     * @throws SluiceException {@code forbidden}, {@code unauthorized}, {@code token-expired}
     */
    void presented(ClientIdentity who) {
        if (!who.anonymous()) {
            if (!who.owner().equals(owner)) {
                throw new SluiceException(ProblemCode.FORBIDDEN, "This session is somebody else's.");
            }
            identity = who;
            return;
        }
        if (ClientIdentity.ANONYMOUS.owner().equals(owner)) {
            return;
        }
        if (identity.subject() == null) {
            // A token may be revoked, so its holder shows it each time.
            throw new SluiceException(ProblemCode.UNAUTHORIZED);
        }
        if (!identity.usableAt(parts.clock().instant())) {
            throw new SluiceException(ProblemCode.TOKEN_EXPIRED);
        }
    }

    @Override
    public void renew(String credential) {
        ClientIdentity fresh = parts.clients().identify(credential);
        if (!fresh.owner().equals(owner)) {
            throw new SluiceException(ProblemCode.FORBIDDEN, "This token is somebody else's.");
        }
        identity = fresh;
    }

    @Override
    public long expiresAtMillis() {
        Instant end = identity.expiresAt();
        return end == null ? Long.MAX_VALUE : end.toEpochMilli();
    }

    @Override
    public boolean maySubscribe(ChannelName channel) {
        return parts.access().maySubscribe(identity, channel);
    }

    @Override
    public boolean mayPublish(ChannelName channel) {
        return parts.access().mayPublish(identity, channel);
    }

    @Override
    public ClientMessages messages() {
        return parts.messages();
    }

    @Override
    public String resumeToken() {
        return token(false);
    }

    /** A token that may begin the session. */
    String ticket() {
        return token(true);
    }

    private String token(boolean ticket) {
        return parts.tokens()
                .issue(new ResumeClaim(
                        sessionId,
                        key.value(),
                        !key.own(),
                        key.named(),
                        owner,
                        identity,
                        ticket,
                        parts.clock().instant()));
    }

    /** Whether it was opened with that token. */
    boolean holds(UUID tokenId) {
        Token token = identity.token();
        return token != null && token.id().equals(tokenId);
    }

    // --- how it is served ---

    void triesWebSocket() {
        triedWebSocket = true;
    }

    /** Whether it has shown, in this session, that it can use WebSocket. */
    boolean able() {
        return triedWebSocket;
    }

    /** It is the gateway's own client: never decided, counted, limited or listed. */
    boolean isProbe() {
        return identity.isProbe();
    }

    /** {@code fallback=none}: it says that it cannot live on polling. */
    void refusesPolling(boolean says) {
        refusesPolling = says;
    }

    Applicant applicant() {
        return applicant(identity, !refusesPolling);
    }

    private Applicant applicant(ClientIdentity who, boolean canPoll) {
        Token token = who.token();
        return new Applicant(key.value(), token == null ? null : token.id().toString(), Map.of(), canPoll, false);
    }

    /** As the gate is told them when it comes in. */
    ClientFacts facts() {
        return parts.gate().factsOf(applicant());
    }

    /** Users and holders of tokens are vouched for; of others only the address is certain. */
    ObservedClient observedAs(Part part) {
        ClientIdentity who = identity;
        String vouchedBy = who.anonymous() ? null : who.owner();
        ObservedClient last = observed;
        if (last == null
                || last.part() != part
                || !last.address().equals(address)
                || !Objects.equals(last.vouchedBy(), vouchedBy)) {
            last = new ObservedClient(key.value(), vouchedBy, address, part);
            observed = last;
        }
        return last;
    }

    /** Whether nobody observed it told that within the last second. */
    boolean isNews(ObservedClient as, Mode mode, long now) {
        Told last = told;
        if (last != null && last.as == as && last.mode == mode && Math.abs(now - last.at) < NEWS_AGAIN_MILLIS) {
            return false;
        }
        told = new Told(as, mode, now);
        return true;
    }

    private record Told(ObservedClient as, Mode mode, long at) {}

    boolean inFallback() {
        return parts.gate().inFallback(key.value());
    }

    /** What the rollout says of it, in that state. */
    Decision decision(RolloutState state) {
        Decided now = decided();
        return now.state() == state ? now.decision() : Decider.decide(state, now.facts());
    }

    /** What the rollout says of it as it stands. */
    Decision decision() {
        return decided().decision();
    }

    private Decided decided() {
        ClientIdentity who = identity;
        boolean canPoll = !refusesPolling;
        Kept last = kept;
        if (last != null
                && last.of == who
                && last.canPoll == canPoll
                && parts.gate().stands(last.decided, canPoll)) {
            return last.decided;
        }
        Decided fresh = parts.gate().decided(applicant(who, canPoll));
        kept = new Kept(who, canPoll, fresh);
        return fresh;
    }

    /** What was decided, and on whom: it is asked for with every request. */
    private record Kept(ClientIdentity of, boolean canPoll, Decided decided) {}

    Serving serving() {
        Serving serving = parts.gate().servingOf(decided());
        // The probe goes both ways whatever is decided.
        return isProbe() ? new Serving(serving.mode(), serving.decision(), false, true) : serving;
    }

    Welcome welcome(ClientOrigin origin, boolean recovered) {
        Serving serving = serving();
        return new Welcome(
                sessionId,
                resumeToken(),
                key.named(),
                recovered,
                serving.mode(),
                serving.reason(),
                urls(origin),
                parts.settings().socket().pingEvery(),
                parts.settings().grace());
    }

    /** The same in the bytes of a poll's answer, which are made again when something of it changed. */
    byte[] servedAs(Serving serving, ClientOrigin origin) {
        ServedAs last = servedAs;
        if (last == null || !last.isFor(serving, origin)) {
            byte[] bytes = NativeAnswers.servedAs(serving, urls(origin));
            last = new ServedAs(serving.mode(), serving.reason(), origin.baseUrl(), bytes);
            servedAs = last;
        }
        return last.bytes();
    }

    private record ServedAs(Mode mode, String reason, String baseUrl, byte[] bytes) {
        boolean isFor(Serving serving, ClientOrigin origin) {
            return serving.mode() == mode
                    && serving.reason().equals(reason)
                    && origin.baseUrl().equals(baseUrl);
        }
    }

    Welcome.Urls urls(ClientOrigin origin) {
        return NativeUrls.of(origin, key.named(), sessionId);
    }

    // --- what it may send ---

    /** Whose budget its messages are taken from: its own, or that of its address where it said nothing of itself. */
    String budget(ClientOrigin origin) {
        return identity.anonymous() ? "address/" + origin.address() : "client/" + owner + "/" + key.value();
    }

    /** Whose connections it counts among; null for nobody's. */
    @Nullable
    String account() {
        return identity.anonymous() ? null : owner;
    }

    // --- how it is connected ---

    /** It turned up over HTTP. */
    void sawHttp(long now) {
        lastHttp = now;
        parts.gate().sawHttp(key.value());
    }

    long lastHttp() {
        return lastHttp;
    }

    /** A connection took the session over. */
    void attached(Attachment as, TransportKind over, long now) {
        TransportKind before = transport;
        long away = leftAt;
        attachment = as;
        transport = over;
        leftAt = 0;
        if (over != TransportKind.WEBSOCKET) {
            return;
        }
        // What it is told next is of a client that was somewhere else meanwhile.
        told = null;
        if (before == null) {
            return;
        }
        if (before != TransportKind.WEBSOCKET) {
            parts.witness().movedToWebSocket();
        } else if (away != 0) {
            parts.witness().cameBack(Duration.ofMillis(Math.max(0, now - away)));
        }
    }

    void left(long now) {
        leftAt = now;
    }

    /** Its poll is over. It is away since it came, as it were: only how long a WebSocket is away is ever asked. */
    void answered() {
        leftAt = lastHttp;
    }

    /** What it holds the session by, or held it by last. */
    @Nullable
    Attachment attachment() {
        return attachment;
    }

    /** It is served over HTTP: by a request that waits, or between two of them, if the last came since then. */
    boolean isServedByHttp(long since) {
        return transport != null && transport != TransportKind.WEBSOCKET && (leftAt == 0 || lastHttp >= since);
    }
}
