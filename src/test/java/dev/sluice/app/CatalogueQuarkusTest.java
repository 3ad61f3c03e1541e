package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.store.DatabaseResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** {@code openapi.yaml} is written by hand; what is mounted is what the beans offer. */
@QuarkusTest
@WithTestResource(DatabaseResource.class)
class CatalogueQuarkusTest {
    /** An upgrade is no endpoint of the catalogue: it answers for itself. */
    private static final Set<String> UPGRADES = Set.of(
            "GET /api/v1/clusters/agent/ws",
            "GET /ws",
            "GET /socket.io/",
            "POST /socket.io/",
            "GET /ws/native",
            "GET /ws/{client_id}",
            "GET /ws/analytics/realtime",
            "GET /ws/roblox",
            "GET /api/v1/environment/create");

    @Inject
    Catalogue catalogue;

    @Test
    void describesWhatIsMountedAndNothingElse() throws IOException {
        Set<String> mounted = new TreeSet<>(UPGRADES);
        catalogue.endpoints().forEach(endpoint -> mounted.add(endpoint.method().name() + " " + endpoint.path()));

        assertThat(OpenApiDocument.load().operations().keySet()).isEqualTo(mounted);
    }

    @Test
    void describesWhereATokenMayStandInTheQuery() throws IOException {
        OpenApiDocument document = OpenApiDocument.load();

        assertThat(catalogue.endpoints()).allSatisfy(endpoint -> {
            String operation = endpoint.method().name() + " " + endpoint.path();
            assertThat(document.operations()
                            .get(operation)
                            .path("security")
                            .toString()
                            .contains("token_query"))
                    .as(operation)
                    .isEqualTo(endpoint.access().readsQuery());
        });
    }
}
