package dev.sluice.identity.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ChannelName;
import dev.sluice.core.ChannelPattern;
import dev.sluice.identity.Token;
import dev.sluice.identity.TokenKind;
import dev.sluice.identity.client.ChannelAccess.Rule;
import dev.sluice.identity.client.ChannelAccess.Who;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ChannelAccessTest {
    private static final ClientIdentity ANNA =
            ClientIdentity.user("anna", List.of(new ChannelPattern("private-team-*")), null);

    private final ChannelAccess access = new ChannelAccess(List.of());

    @Test
    void publicChannelsAreReadByAnybodyAndWrittenByUsers() {
        ChannelName updates = new ChannelName("updates");

        assertThat(access.maySubscribe(ClientIdentity.ANONYMOUS, updates)).isTrue();
        assertThat(access.mayPublish(ClientIdentity.ANONYMOUS, updates)).isFalse();
        assertThat(access.mayPublish(ANNA, updates)).isTrue();
    }

    @Test
    void reservedPrefixesAreClosedInNamespacesToo() {
        for (String name : List.of("private-x", "presence-x", "private-encrypted-x", "chat;private-x")) {
            ChannelName channel = new ChannelName(name);
            assertThat(access.maySubscribe(ClientIdentity.ANONYMOUS, channel))
                    .as(name)
                    .isFalse();
            assertThat(access.maySubscribe(ANNA, channel)).as(name).isFalse();
        }
    }

    @Test
    void aUserHasAChannelOfItsOwnAndThoseOfItsClaim() {
        assertThat(access.maySubscribe(ANNA, new ChannelName("private-user-anna")))
                .isTrue();
        assertThat(access.mayPublish(ANNA, new ChannelName("private-user-anna")))
                .isTrue();
        assertThat(access.maySubscribe(ANNA, new ChannelName("private-user-bert")))
                .isFalse();
        assertThat(access.maySubscribe(ANNA, new ChannelName("private-team-red")))
                .isTrue();
    }

    @Test
    void aNameMadeOfStarsOpensNothing() {
        ClientIdentity star = ClientIdentity.user("*", List.of(), null);

        assertThat(access.maySubscribe(star, new ChannelName("private-user-anna")))
                .isFalse();
    }

    @Test
    void publishersWriteEverywhereAndReadWhatIsPublic() {
        ClientIdentity publisher = holder(TokenKind.PUBLISHER);

        assertThat(access.mayPublish(publisher, new ChannelName("private-x"))).isTrue();
        assertThat(access.maySubscribe(publisher, new ChannelName("private-x"))).isFalse();
        assertThat(access.maySubscribe(holder(TokenKind.ADMIN), new ChannelName("private-x")))
                .isTrue();
    }

    @Test
    void theNarrowestRuleThatSaysSomethingCounts() {
        ChannelAccess configured = new ChannelAccess(List.of(
                new Rule(new ChannelPattern("*"), Who.USERS, null),
                new Rule(new ChannelPattern("private-board"), Who.ANYBODY, Who.TOKENS)));

        assertThat(configured.maySubscribe(ClientIdentity.ANONYMOUS, new ChannelName("updates")))
                .isFalse();
        assertThat(configured.maySubscribe(ANNA, new ChannelName("updates"))).isTrue();
        assertThat(configured.maySubscribe(ClientIdentity.ANONYMOUS, new ChannelName("private-board")))
                .isTrue();
        assertThat(configured.mayPublish(ANNA, new ChannelName("private-board")))
                .isFalse();
    }

    private static ClientIdentity holder(TokenKind kind) {
        return ClientIdentity.holder(
                new Token(UUID.randomUUID(), kind, "t", 1, null, Set.of(), Instant.EPOCH, null, null));
    }
}
