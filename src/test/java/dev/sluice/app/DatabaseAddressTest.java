package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseAddressTest {

    @Test
    void bothClientsAreToldTheSamePlace() {
        DatabaseAddress address =
                DatabaseAddress.parse("postgres://db.example:5433/sluice?sslmode=require", "me", "pw");

        assertThat(address.properties())
                .containsEntry("quarkus.datasource.reactive.url", "postgresql://db.example:5433/sluice?sslmode=require")
                .containsEntry(
                        "quarkus.datasource.jdbc.url", "jdbc:postgresql://db.example:5433/sluice?sslmode=require")
                .containsEntry("quarkus.datasource.username", "me")
                .containsEntry("quarkus.datasource.password", "pw");
    }

    @Test
    void credentialsInTheUrlAreTakenOutOfItAndGiveWayToTheVariables() {
        assertThat(DatabaseAddress.parse("postgresql://a:b@h/d", null, null))
                .isEqualTo(new DatabaseAddress("h:5432/d", "a", "b"));
        assertThat(DatabaseAddress.parse("postgresql://a:b@h/d", "me", "pw"))
                .isEqualTo(new DatabaseAddress("h:5432/d", "me", "pw"));
        assertThat(DatabaseAddress.parse("postgresql://h/d", null, null))
                .isEqualTo(new DatabaseAddress("h:5432/d", null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"jdbc:postgresql://h/d", "mysql://h/d", "postgresql://h", "postgresql:///d", "h:5432", "a b"})
    void refusesWhatIsNoSuchUrlWithoutRepeatingIt(String url) {
        assertThatThrownBy(() -> DatabaseAddress.parse(url, null, "secret"))
                .isInstanceOf(RefusedToStart.class)
                .hasMessageContaining("SLUICE_DB_URL must be postgresql://host:port/database");
    }

    @Test
    void propertiesGoAheadOfVariablesAndBlankIsUnset() {
        Environment environment = new Environment(
                name -> name.equals("SLUICE_DATA_DIR") ? "/variable" : name.equals("SLUICE_DB_URL") ? " " : null,
                name -> name.equals("sluice.data.dir") ? "/property" : null);

        assertThat(environment.get("SLUICE_DATA_DIR")).isEqualTo("/property");
        assertThat(environment.get("SLUICE_DB_URL")).isNull();
    }

    @Test
    void refusesAClusterUntilThereAreClusters() {
        Environment environment =
                new Environment(name -> name.equals("SLUICE_REDIS_URL") ? "redis://localhost" : null, name -> null);

        assertThatThrownBy(() -> Main.prepare(environment))
                .isInstanceOf(RefusedToStart.class)
                .hasMessageContaining("SLUICE_REDIS_URL");
    }
}
