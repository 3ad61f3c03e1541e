package dev.sluice.identity.client;

import dev.sluice.core.ChannelName;
import dev.sluice.core.ChannelPattern;
import dev.sluice.identity.Token;
import dev.sluice.identity.TokenKind;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who may use which channel. Public channels, whose names begin with no reserved prefix, may be subscribed by anybody
 * and published to by users; private and presence channels are open to whom a claim or the configuration opens them,
 * and {@code private-user-<sub>} to that user. Any thread.
 */
public final class ChannelAccess {
    /** Where the gateway publishes to itself; nobody else's. */
    public static final ChannelName PROBE = new ChannelName("private-sluice-probe");

    private static final List<String> RESERVED = List.of("private-", "presence-");

    /** The room of a namespace: {@code namespace;room}. */
    private static final char ROOM = ';';

    private static final String OWN = "private-user-";

    /** Whom a rule lets in, from everybody to fewest. */
    public enum Who {
        ANYBODY,
        /** Whoever brought a valid JWT. */
        USERS,
        /** Whoever's JWT names the channel in its {@code channels} claim. */
        CLAIM,
        /** Tokens of administrators and publishers only. */
        TOKENS
    }

    /** What the configuration says of the channels of one pattern; null where it leaves the default. */
    public record Rule(ChannelPattern pattern, @Nullable Who subscribe, @Nullable Who publish) {}

    private final List<Rule> rules;

    public ChannelAccess(List<Rule> rules) {
        this.rules = rules.stream()
                .sorted(Comparator.comparingInt((Rule rule) -> rule.pattern().specificity())
                        .reversed())
                .toList();
    }

    public boolean maySubscribe(ClientIdentity client, ChannelName channel) {
        if (client.isProbe() || channel.equals(PROBE)) {
            return client.isProbe() && channel.equals(PROBE);
        }
        if (holds(client, TokenKind.ADMIN)) {
            return true;
        }
        Who who = configured(channel, Rule::subscribe).orElse(isPublic(channel) ? Who.ANYBODY : Who.CLAIM);
        return lets(who, client, channel);
    }

    public boolean mayPublish(ClientIdentity client, ChannelName channel) {
        if (client.isProbe() || channel.equals(PROBE)) {
            return false;
        }
        if (holds(client, TokenKind.ADMIN) || holds(client, TokenKind.PUBLISHER)) {
            return true;
        }
        Who who = configured(channel, Rule::publish).orElse(isPublic(channel) ? Who.USERS : Who.CLAIM);
        return lets(who, client, channel);
    }

    /** Whether its name begins with no reserved prefix, neither its own nor that of a namespace's room. */
    public static boolean isPublic(ChannelName channel) {
        String name = channel.value();
        String room = name.substring(name.indexOf(ROOM) + 1);
        return RESERVED.stream().noneMatch(prefix -> name.startsWith(prefix) || room.startsWith(prefix));
    }

    private Optional<Who> configured(ChannelName channel, Function<Rule, @Nullable Who> of) {
        for (Rule rule : rules) {
            Who who = of.apply(rule);
            if (who != null && rule.pattern().matches(channel)) {
                return Optional.of(who);
            }
        }
        return Optional.empty();
    }

    private static boolean lets(Who who, ClientIdentity client, ChannelName channel) {
        return switch (who) {
            case ANYBODY -> true;
            case USERS -> client.subject() != null;
            case CLAIM -> client.subject() != null && (own(client, channel) || claimed(client, channel));
            case TOKENS -> false;
        };
    }

    private static boolean own(ClientIdentity client, ChannelName channel) {
        return channel.value().equals(OWN + client.subject());
    }

    private static boolean claimed(ClientIdentity client, ChannelName channel) {
        return client.channels().stream().anyMatch(pattern -> pattern.matches(channel));
    }

    private static boolean holds(ClientIdentity client, TokenKind kind) {
        Token token = client.token();
        return token != null && token.kind() == kind;
    }
}
