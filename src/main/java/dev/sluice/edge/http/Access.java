package dev.sluice.edge.http;

import dev.sluice.identity.TokenKind;
import java.util.EnumSet;
import java.util.Set;

/** Who may call an endpoint. Admin tokens may call all of them. */
public enum Access {
    /**
     * Anybody, within the rate of their address, and whatever they send along: no credential is looked at, so that a
     * page or a probe with an old one, or with another server's, is told all the same.
     */
    ANYBODY(EnumSet.noneOf(TokenKind.class)),
    /** Anybody, within the rate of their address. A token is read where one is sent, and a wrong one still refused. */
    OPEN(EnumSet.noneOf(TokenKind.class)),
    /**
     * Clients of applications: a user's JWT, a token, or nobody in particular within the rate of their address. What
     * they may do is decided by what they ask for.
     */
    CLIENT(EnumSet.noneOf(TokenKind.class)),
    /**
     * The same, for pages that are decided by who looks and keep nothing from anybody: whoever shows what is unknown, or
     * known no longer, is nobody in particular.
     */
    VISITOR(EnumSet.noneOf(TokenKind.class)),
    /** As a client, where the query belongs to somebody else's protocol: a {@code token} in it is none of ours. */
    CLIENT_BY_HEADER(EnumSet.noneOf(TokenKind.class)),
    AGENT(EnumSet.of(TokenKind.AGENT)),
    OPERATOR(EnumSet.of(TokenKind.OPERATOR)),
    PUBLISHER(EnumSet.of(TokenKind.PUBLISHER)),
    /** Those who look without changing anything: operators and publishers. */
    OBSERVER(EnumSet.of(TokenKind.OPERATOR, TokenKind.PUBLISHER)),
    ADMIN(EnumSet.noneOf(TokenKind.class));

    private final Set<TokenKind> kinds;

    Access(Set<TokenKind> kinds) {
        this.kinds = kinds;
    }

    /**
     * Whether a token in the query counts: for agents and clients of applications, some of which send it there. A URL is
     * in histories and logs of others, so whoever can send a header has to.
     */
    public boolean readsQuery() {
        return this == AGENT || this == CLIENT || this == VISITOR;
    }

    boolean allows(TokenKind kind) {
        return this == OPEN || kind == TokenKind.ADMIN || kinds.contains(kind);
    }
}
