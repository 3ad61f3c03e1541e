package dev.sluice.edge.socketio;

import dev.sluice.core.Disconnect;
import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.delivery.channel.ResumeAt;
import dev.sluice.delivery.channel.SessionCursor;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.identity.client.ClientIdentity;
import dev.sluice.protocol.engineio.EngineConnection;
import dev.sluice.protocol.socketio.SocketIoConnection;
import io.smallrye.mutiny.Uni;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Connection state recovery: a client that names its session and what it has goes on there, where everything behind that
 * place is still to be had, in memory or out of the histories. Else it begins anew, and its library says so.
 */
final class Recoveries {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{16,64}");

    private final SocketIoParts parts;
    private final EngineConnection engine;

    /** @param engine what comes back; a session that has to be made again lives where that does */
    Recoveries(SocketIoParts parts, EngineConnection engine) {
        this.parts = parts;
        this.engine = engine;
    }

    /** Where it goes on; not looked at where a newer connection has come for it, as its attach will find. */
    record Found(ChannelSession session, String sid, ResumeAt from) {}

    /**
     * @param offset of the last event that the client has; null where it had none
     * @return null where it cannot be recovered; fails with {@code store-unavailable} while nobody can know that
     */
    Uni<@Nullable Found> find(String namespace, String pid, @Nullable String offset, ClientIdentity who) {
        if (!ID.matcher(pid).matches()) {
            return Uni.createFrom().nullItem();
        }
        return parts.sessions()
                .restore(engine.home(), new SessionId(pid))
                .onFailure(failure -> !isAway(failure))
                .recoverWithNull()
                .chain(session -> session == null
                        ? Uni.createFrom().<@Nullable Found>nullItem()
                        : Uni.createFrom()
                                .<ChannelSession>emitter(emitter -> session.execute(() -> emitter.complete(session)))
                                .chain(there -> look(there, namespace, offset, who)));
    }

    /** A store that is away comes back: its client is better off waiting than with an end of what it has. */
    private static boolean isAway(Throwable failure) {
        return failure instanceof SluiceException known && known.code() == ProblemCode.STORE_UNAVAILABLE;
    }

    /** On the session's home. */
    private Uni<@Nullable Found> look(
            ChannelSession session, String namespace, @Nullable String offset, ClientIdentity who) {
        if (!session.client().protocol().equals(SocketIoConnection.NAME)
                || !session.client().owner().equals(who.owner())) {
            return Uni.createFrom().nullItem();
        }
        SocketIoAttributes kept = SocketIoAttributes.of(session);
        ResumeAt from = placeOf(offset);
        if (from == null || !kept.namespace().equals(namespace)) {
            return Uni.createFrom().nullItem();
        }
        Found found = new Found(session, kept.sid(), from);
        if (!session.admits(engine.opened())) {
            return Uni.createFrom().item(found);
        }
        return session.coversAll(from).map(whole -> {
            if (whole || !session.admits(engine.opened())) {
                return found;
            }
            // Its client begins anew: nobody will come back to this one.
            session.execute(() -> session.end(Disconnect.SESSION_GONE));
            return null;
        });
    }

    private static @Nullable ResumeAt placeOf(@Nullable String offset) {
        if (offset == null) {
            return ResumeAt.LAST_ACKNOWLEDGED;
        }
        try {
            return ResumeAt.after(SessionCursor.parse(offset));
        } catch (SluiceException noOffsetOfOurs) {
            return null;
        }
    }
}
