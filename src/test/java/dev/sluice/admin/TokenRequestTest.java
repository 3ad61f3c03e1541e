package dev.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.core.SluiceException;
import dev.sluice.identity.NewToken;
import dev.sluice.identity.TokenKind;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenRequestTest {

    @Test
    void readsEveryField() {
        NewToken token = read(
                """
                {'kind':'agent','name':'eu','workspace_id':7,'cluster_id':'6f1c9a0e-1111-4222-8333-000000000001',
                 'scopes':['cluster:register'],'expires_at':'2030-01-31T13:00:00.5+01:00','colour':'blue'}""");

        assertThat(token.kind()).isEqualTo(TokenKind.AGENT);
        assertThat(token.name()).isEqualTo("eu");
        assertThat(token.workspaceId()).isEqualTo(7);
        assertThat(token.clusterId()).isEqualTo(UUID.fromString("6f1c9a0e-1111-4222-8333-000000000001"));
        assertThat(token.scopes()).containsExactly("cluster:register");
        assertThat(token.expiresAt()).isEqualTo(Instant.parse("2030-01-31T12:00:00.5Z"));
    }

    @Test
    void nullsAreAbsent() {
        NewToken token = read(
                "{'kind':'operator','name':'o','workspace_id':null,'cluster_id':null,'scopes':null,'expires_at':null}");

        assertThat(token.workspaceId()).isEqualTo(NewToken.DEFAULT_WORKSPACE);
        assertThat(token.expiresAt()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "kind | {'name':'n'}",
                "kind | {'kind':7,'name':'n'}",
                "kind | {'kind':'root','name':'n'}",
                "kind | {'kind':'ADMIN','name':'n'}",
                "name | {'kind':'agent'}",
                "name | {'kind':'agent','name':' '}",
                "name | {'kind':'agent','name':['n']}",
                "name | {'kind':'agent','name':'a\\nb'}",
                "workspace_id | {'kind':'agent','name':'n','workspace_id':'7'}",
                "workspace_id | {'kind':'agent','name':'n','workspace_id':1.5}",
                "workspace_id | {'kind':'agent','name':'n','workspace_id':0}",
                "workspace_id | {'kind':'agent','name':'n','workspace_id':4294967297}",
                "workspace_id | {'kind':'admin','name':'n','workspace_id':1}",
                "cluster_id | {'kind':'agent','name':'n','cluster_id':'1-1-1-1-1'}",
                "cluster_id | {'kind':'agent','name':'n','cluster_id':5}",
                "cluster_id | {'kind':'operator','name':'n','cluster_id':'6f1c9a0e-1111-4222-8333-000000000001'}",
                "scopes | {'kind':'agent','name':'n','scopes':'cluster:register'}",
                "scopes | {'kind':'agent','name':'n','scopes':[1]}",
                "scopes | {'kind':'agent','name':'n','scopes':['']}",
                "scopes | {'kind':'agent','name':'n','scopes':['a b']}",
                "expires_at | {'kind':'agent','name':'n','expires_at':1900000000}",
                "expires_at | {'kind':'agent','name':'n','expires_at':'tomorrow'}",
                "expires_at | {'kind':'agent','name':'n','expires_at':'2030-01-31'}",
                "expires_at | {'kind':'agent','name':'n','expires_at':'2030-01-31T12:00:00'}",
                "expires_at | {'kind':'agent','name':'n','expires_at':'2030-02-31T12:00:00Z'}",
                "expires_at | {'kind':'agent','name':'n','expires_at':'+99999-01-31T12:00:00Z'}",
            })
    void namesTheFieldThatIsWrong(String field, String body) {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> read(body))
                .satisfies(problem -> assertThat(problem.field()).isEqualTo(field))
                .satisfies(problem -> assertThat(problem.code().status()).isEqualTo(400));
    }

    private static NewToken read(String body) {
        return TokenRequest.read(JsonText.read(body));
    }
}
