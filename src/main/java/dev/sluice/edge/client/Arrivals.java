package dev.sluice.edge.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.delivery.channel.ResumeAt;
import dev.sluice.delivery.channel.SessionCursor;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.edge.gate.Serving;
import dev.sluice.edge.http.Call;
import dev.sluice.edge.http.ClientOrigin;
import dev.sluice.identity.client.ClientIdentity;
import dev.sluice.identity.client.ResumeClaim;
import dev.sluice.identity.client.ResumeTokens;
import dev.sluice.protocol.sluice.SluiceProtocol;
import io.smallrye.mutiny.Uni;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out which session a request is about and whether it is the caller's; opens those that are not there yet. */
final class Arrivals {
    /** 192 bits: nobody guesses one. */
    private static final int ID_BYTES = 24;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{16,64}");

    private final NativeParts parts;
    private final NativeClients clients;
    private final SecureRandom random = new SecureRandom();

    /** Tickets begin one session each. */
    private final Cache<String, Boolean> usedTickets;

    /**
     * What a request says of its session.
     *
     * @param session its id or a resume token; null for a new one
     * @param after what the client has; null where it said nothing
     * @param clientId a name for the client that is in neither query nor header
     */
    record Ask(@Nullable String session, @Nullable String after, @Nullable String clientId) {}

    /**
     * @param session null where it has to be opened first
     * @param from where the client goes on
     * @param ticket it came with one, which is used up when the session is opened
     * @param serving how the client is served as it comes
     */
    record Found(
            NativeClient client, @Nullable ChannelSession session, ResumeAt from, boolean ticket, Serving serving) {
        boolean recovered() {
            return session != null;
        }

        ChannelSession required() {
            if (session == null) {
                throw new IllegalStateException("not opened");
            }
            return session;
        }
    }

    Arrivals(NativeParts parts, NativeClients clients) {
        this.parts = parts;
        this.clients = clients;
        this.usedTickets = Caffeine.newBuilder()
                .expireAfterWrite(parts.settings().grace().multipliedBy(2))
                .build();
    }

    /**
     * Fails with {@code gone} where there is no such session, {@code forbidden} where it is somebody else's or the token
     * is forged, {@code unauthorized} or {@code token-expired} where its owner has to show a credential.
     */
    Uni<Found> find(Call call, Ask ask) {
        String named = ask.session();
        if (named == null) {
            if (ask.after() != null) {
                throw SluiceException.missing("resume_token");
            }
            return Uni.createFrom().item(fresh(call, ask, newId()));
        }
        if (ResumeTokens.looksLikeOne(named)) {
            ResumeClaim claim = parts.tokens().read(named);
            return parts.sessions()
                    .restore(parts.here().get(), new SessionId(claim.sessionId()))
                    .map(session -> session == null ? begun(call, ask, claim) : standing(call, session, ask.after()));
        }
        if (!ID.matcher(named).matches()) {
            throw gone();
        }
        return parts.sessions()
                .restore(parts.here().get(), new SessionId(named))
                .map(session -> {
                    if (session == null) {
                        throw gone();
                    }
                    return standing(call, session, ask.after());
                });
    }

    /** The same at once, where the path names a session that is in memory; else null. */
    @Nullable
    Found present(Call call, String id, @Nullable String after) {
        ChannelSession session = parts.sessions().find(new SessionId(id));
        return session == null ? null : standing(call, session, after);
    }

    /** Tells the owner of that session, if it is in memory, how it is served: whatever becomes of the request. */
    void greet(Call call, String id) {
        ChannelSession session = parts.sessions().find(new SessionId(id));
        if (session != null) {
            try {
                told(call, recognised(call, session));
            } catch (SluiceException refused) {
                // It is told so when the request is handled.
            }
        }
    }

    private static SluiceException gone() {
        return new SluiceException(ProblemCode.GONE, "This session is over, or was never here: begin a new one.");
    }

    private Found fresh(Call call, Ask ask, String id) {
        ClientIdentity who = call.client();
        String named = who.isProbe() ? SessionId.PROBE + id : id;
        NativeClient client = new NativeClient(parts, named, who.owner(), ClientKey.of(call, ask.clientId()), who);
        client.from(call.origin());
        return new Found(client, null, ResumeAt.LAST_ACKNOWLEDGED, false, told(call, client));
    }

    /** A ticket begins the session that it was given for, once and soon. */
    private Found begun(Call call, Ask ask, ResumeClaim claim) {
        boolean soon = parts.clock()
                .instant()
                .isBefore(claim.issuedAt().plus(parts.settings().grace()));
        if (!claim.ticket() || !soon || ask.after() != null) {
            throw gone();
        }
        ClientKey key = new ClientKey(claim.clientKey(), claim.clientId(), !claim.shared());
        NativeClient client = new NativeClient(parts, claim.sessionId(), claim.owner(), key, claim.identity());
        client.presented(call.client());
        client.from(call.origin());
        return new Found(client, null, ResumeAt.LAST_ACKNOWLEDGED, true, told(call, client));
    }

    /** Whose session it is, where whoever calls may take it up. */
    private NativeClient recognised(Call call, ChannelSession session) {
        return recognised(call.client(), call.origin(), session);
    }

    private NativeClient recognised(ClientIdentity who, ClientOrigin origin, ChannelSession session) {
        if (!session.client().protocol().equals(SluiceProtocol.NAME)) {
            throw gone();
        }
        NativeClient client = clients.of(session);
        client.presented(who);
        client.from(origin);
        return client;
    }

    private Found standing(Call call, ChannelSession session, @Nullable String named) {
        NativeClient client = recognised(call, session);
        Serving serving = told(call, client);
        return new Found(client, session, placeIn(session, named), false, serving);
    }

    /** @throws SluiceException {@code gone} where the place is another session's */
    private static ResumeAt placeIn(ChannelSession session, @Nullable String named) {
        if (named == null) {
            return ResumeAt.LAST_ACKNOWLEDGED;
        }
        SessionCursor after = SessionCursor.parse("after", named, session.epoch());
        if (!session.isOwn(after)) {
            throw new SluiceException(ProblemCode.GONE);
        }
        return ResumeAt.after(after);
    }

    /**
     * A session that was found before, for a request that shows no credential and says nothing but what it has. Where it
     * is over by now, whoever attaches to it is told so.
     *
     * @throws SluiceException as {@link #find} fails
     */
    Found returning(ChannelSession session, @Nullable String after, ClientOrigin origin) {
        NativeClient client = recognised(ClientIdentity.ANONYMOUS, origin, session);
        client.refusesPolling(false);
        return new Found(client, session, placeIn(session, after), false, client.serving());
    }

    /** It is known by now, and is told how it is served whatever becomes of what it asks. */
    private static Serving told(Call call, NativeClient client) {
        client.refusesPolling("none".equals(call.query("fallback")));
        Serving serving = client.serving();
        call.tellMode(serving.mode());
        return serving;
    }

    /**
     * The session, opened on this event loop where it is not there yet, once the application lets its client in. Fails
     * with {@code too-many-connections}, {@code gone} for a ticket that was used, and as the application says.
     */
    Uni<Found> open(Found found, TransportKind over) {
        if (found.session() != null) {
            return Uni.createFrom().item(found);
        }
        Home home = parts.here().get();
        NativeClient client = found.client();
        if (found.ticket() && usedTickets.asMap().putIfAbsent(client.sessionId(), true) != null) {
            throw gone();
        }
        if (client.isProbe()) {
            return opened(found, client, home);
        }
        return parts.comings().connecting(client.caller(over)).chain(() -> opened(found, client, home));
    }

    private Uni<Found> opened(Found found, NativeClient client, Home home) {
        return Uni.createFrom()
                .emitter(emitter -> home.execute(() -> {
                    try {
                        ChannelSession opened =
                                parts.sessions().open(home, new SessionId(client.sessionId()), client.described());
                        clients.opened(opened, client);
                        emitter.complete(new Found(client, opened, found.from(), false, found.serving()));
                    } catch (RuntimeException full) {
                        emitter.fail(full);
                    }
                }));
    }

    /** Unguessable, and safe in a path. */
    String newId() {
        byte[] bits = new byte[ID_BYTES];
        random.nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }
}
