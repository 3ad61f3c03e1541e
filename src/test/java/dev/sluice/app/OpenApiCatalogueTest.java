package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.admin.PreviewRoutes;
import dev.sluice.admin.RolloutRoutes;
import dev.sluice.admin.TokenRoutes;
import dev.sluice.core.ProblemCode;
import dev.sluice.edge.agent.AgentHttpRoutes;
import dev.sluice.edge.command.ClusterRoutes;
import dev.sluice.edge.command.CommandRoutes;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.rollout.decision.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code openapi.yaml} is written by hand; this keeps it from describing a gateway that does not exist. */
class OpenApiCatalogueTest {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch", "head", "options");

    private static JsonNode document;

    @BeforeAll
    static void load() throws IOException {
        try (InputStream file = OpenApiCatalogueTest.class.getResourceAsStream("/META-INF/openapi.yaml")) {
            document = new ObjectMapper(new YAMLFactory()).readTree(file);
        }
    }

    @Test
    void describesWhatIsMountedAndNothingElse() {
        Set<String> mounted = new TreeSet<>();
        // An upgrade is no endpoint of the catalogue: it answers for itself.
        mounted.add("GET /api/v1/clusters/agent/ws");
        catalogue().forEach(endpoint -> mounted.add(endpoint.method().name() + " " + endpoint.path()));

        assertThat(described().keySet()).isEqualTo(mounted);
    }

    /** A list of endpoints asks nothing of what stands behind them, so nothing needs to. */
    @SuppressWarnings("NullAway")
    private static List<Endpoint> catalogue() {
        return Catalogue.endpoints(
                new AgentHttpRoutes(null, null, null, null, null, null, null, Duration.ofSeconds(5)),
                new CommandRoutes(null, null, null, null, Duration.ofHours(24), 1),
                new ClusterRoutes(null),
                new TokenRoutes(null, null),
                new RolloutRoutes(null, null, null, null, null, null, null),
                new PreviewRoutes(null, null));
    }

    private static Map<String, JsonNode> described() {
        Map<String, JsonNode> operations = new TreeMap<>();
        document.get("paths").properties().forEach(path -> path.getValue().properties().stream()
                .filter(operation -> METHODS.contains(operation.getKey()))
                .forEach(operation -> operations.put(
                        operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(), operation.getValue())));
        return operations;
    }

    @Test
    void everyPathParameterIsDescribed() {
        document.get("paths").properties().forEach(path -> {
            Set<String> named = new TreeSet<>();
            path.getValue().path("parameters").forEach(parameter -> addPathName(named, parameter));
            path.getValue()
                    .forEach(operation ->
                            operation.path("parameters").forEach(parameter -> addPathName(named, parameter)));
            Set<String> inPath = new TreeSet<>();
            Stream.of(path.getKey().split("/"))
                    .filter(part -> part.startsWith("{"))
                    .forEach(part -> inPath.add(part.substring(1, part.length() - 1)));

            assertThat(named).as(path.getKey()).isEqualTo(inPath);
        });
    }

    private static void addPathName(Set<String> named, JsonNode parameter) {
        JsonNode resolved =
                parameter.has("$ref") ? resolve(parameter.get("$ref").textValue()) : parameter;
        if (resolved.path("in").asText().equals("path")) {
            named.add(resolved.get("name").textValue());
        }
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<String> references = new ArrayList<>();
        collect(document, references);

        assertThat(references).isNotEmpty().allSatisfy(reference -> assertThat(
                        resolve(reference).isMissingNode())
                .as(reference)
                .isFalse());
    }

    private static void collect(JsonNode node, List<String> references) {
        if (node.has("$ref")) {
            references.add(node.get("$ref").textValue());
        }
        node.forEach(child -> collect(child, references));
    }

    private static JsonNode resolve(String reference) {
        return document.at(reference.substring(1));
    }

    /** A comma in a description without quotes ends it and begins a key that nobody meant. */
    @Test
    void noKeyIsHalfASentence() {
        List<String> keys = new ArrayList<>();
        document.findParents("description").forEach(node -> node.fieldNames().forEachRemaining(keys::add));

        assertThat(keys).isNotEmpty().noneMatch(key -> key.contains(" "));
    }

    @Test
    void operationIdsAreUnique() {
        List<String> ids = described().values().stream()
                .map(operation -> operation.path("operationId").asText())
                .toList();

        assertThat(ids).doesNotContain("").doesNotHaveDuplicates();
    }

    @Test
    void wordsAreTheCodesOwn() {
        assertThat(words("/components/schemas/ProblemCode/enum"))
                .isEqualTo(
                        Stream.of(ProblemCode.values()).map(ProblemCode::slug).toList());
        assertThat(words("/components/schemas/DecisionReason/enum"))
                .isEqualTo(Stream.of(Reason.values()).map(Reason::wire).toList());
    }

    private static List<String> words(String pointer) {
        List<String> words = new ArrayList<>();
        document.at(pointer).forEach(word -> words.add(word.textValue()));
        return words;
    }
}
