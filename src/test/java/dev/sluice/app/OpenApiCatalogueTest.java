package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.ProblemCode;
import dev.sluice.rollout.decision.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code openapi.yaml} is written by hand; this keeps it from describing a gateway that does not exist. */
class OpenApiCatalogueTest {
    private static JsonNode document;

    @BeforeAll
    static void load() throws IOException {
        document = OpenApiDocument.load().root();
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
        List<String> ids = new OpenApiDocument(document)
                .operations().values().stream()
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
