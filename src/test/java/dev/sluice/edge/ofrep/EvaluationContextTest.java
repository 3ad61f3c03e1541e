package dev.sluice.edge.ofrep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.core.SluiceException;
import dev.sluice.testkit.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluationContextTest {

    private static EvaluationContext parse(String body) {
        return EvaluationContext.parse(Json.read(body));
    }

    private static String errorOf(String body) {
        SluiceException e = catchThrowableOfType(SluiceException.class, () -> parse(body));
        assertThat(e).as(body).isNotNull();
        return OfrepErrors.code(e.code(), e.field());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{}", "{\"context\":null}", "{\"context\":{}}", "{\"context\":{\"targetingKey\":\" \"}}"})
    void anAbsentContextIsAnEmptyOne(String body) {
        assertThat(parse(body).targetingKey()).isNull();
        assertThat(parse(body).labels()).isEmpty();
        assertThat(parse(body).canPoll()).isTrue();
    }

    @Test
    void plainAttributesAndLabelsAreLabelsAndLabelsWin() {
        EvaluationContext context = parse(
                "{\"context\":{\"targetingKey\":\"a\",\"environment\":\"staging\",\"tier\":1,"
                        + "\"nested\":{\"x\":1},\"list\":[1],\"none\":null,\"labels\":{\"environment\":\"eu\",\"beta\":true}}}");

        assertThat(context.targetingKey()).isEqualTo("a");
        assertThat(context.labels())
                .containsExactlyInAnyOrderEntriesOf(Map.of("environment", "eu", "tier", "1", "beta", "true"));
    }

    @Test
    void whatNoSelectorCouldNameIsNoLabel() {
        String long_ = "x".repeat(600);

        assertThat(parse("{\"context\":{\"a\":\"" + long_ + "\"}}").labels()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"supports_polling\":false}|false",
                "{\"fallback\":\"none\"}|false",
                "{\"supports_polling\":true}|true",
                "{\"fallback\":\"poll\"}|true",
                "{\"supports_polling\":true,\"fallback\":\"none\"}|false"
            })
    void whatTheClientCannotDoIsHeard(String context, boolean canPoll) {
        assertThat(parse("{\"context\":" + context + "}").canPoll()).isEqualTo(canPoll);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]|PARSE_ERROR",
                "{\"context\":[]}|INVALID_CONTEXT",
                "{\"context\":7}|INVALID_CONTEXT",
                "{\"context\":{\"targetingKey\":7}}|INVALID_CONTEXT",
                "{\"context\":{\"targetingKey\":\"a\\u0000b\"}}|INVALID_CONTEXT",
                "{\"context\":{\"labels\":[]}}|INVALID_CONTEXT",
                "{\"context\":{\"supports_polling\":\"no\"}}|INVALID_CONTEXT"
            })
    void badContextsAreNamed(String body, String code) {
        assertThat(errorOf(body)).isEqualTo(code);
    }

    @Test
    void aContextIsNoPlaceForData() {
        StringBuilder many = new StringBuilder("{\"context\":{\"a\":1");
        for (int i = 0; i < 100; i++) {
            many.append(",\"a").append(i).append("\":1");
        }

        assertThat(errorOf(many + "}}")).isEqualTo("INVALID_CONTEXT");
        assertThat(errorOf("{\"context\":{\"targetingKey\":\"" + "k".repeat(513) + "\"}}"))
                .isEqualTo("INVALID_CONTEXT");
    }

    @Test
    void tagsDifferByRevisionContextAndAnswer() {
        EvaluationContext a = parse("{\"context\":{\"targetingKey\":\"a\",\"x\":\"1\",\"y\":\"2\"}}");
        EvaluationContext sorted = parse("{\"context\":{\"y\":\"2\",\"x\":\"1\",\"targetingKey\":\"a\"}}");
        EvaluationContext b = parse("{\"context\":{\"targetingKey\":\"b\"}}");
        EntityTag tag = EntityTag.of(1, a, "flags");

        assertThat(EntityTag.of(1, sorted, "flags")).isEqualTo(tag);
        assertThat(EntityTag.of(2, a, "flags")).isNotEqualTo(tag);
        assertThat(EntityTag.of(1, b, "flags")).isNotEqualTo(tag);
        assertThat(EntityTag.of(1, a, "others")).isNotEqualTo(tag);
        assertThat(tag.text()).matches("\"[\\w-]{22}\"");
    }

    @Test
    void anyOfTheTagsThatAreSentMayMatch() {
        EntityTag tag = new EntityTag("\"x\"");

        assertThat(tag.matches("\"x\"")).isTrue();
        assertThat(tag.matches("\"y\", W/\"x\"")).isTrue();
        assertThat(tag.matches("*")).isTrue();
        assertThat(tag.matches("x")).isFalse();
        assertThat(tag.matches(null)).isFalse();
    }
}
