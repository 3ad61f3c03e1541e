package dev.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Alerts and dashboard ask for meters that exist, by labels that they have and values that these can take. */
class MonitoringTest {
    private static final Path RULES = Path.of("k8s/base/prometheusrule.yaml");
    private static final Path DASHBOARD = Path.of("k8s/base/grafana-dashboard.json");

    /** Where a gateway that runs is asked every one of them. */
    private static final Path QUERIES = Path.of("target/monitoring/queries.txt");

    private static final Path GUIDE = Path.of("docs/rollout.md");
    private static final Pattern ALERT = Pattern.compile("`(Sluice[A-Z]\\w+)`");
    private static final Pattern SELECTOR = Pattern.compile("\\b((?:sluice|gateway)_\\w+)(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~|!~|!=|=)\"([^\"]*)\"");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without|on|ignoring) \\(([^)]*)\\)");
    private static final Pattern LEGEND = Pattern.compile("\\{\\{(\\w+)}}");

    /** What Prometheus itself adds to every series. */
    private static final Set<String> ADDED = Set.of("namespace", "job", "instance", "pod");

    /** Sample name to label to the values it has at the first scrape, where every value is there already. */
    private static final Map<String, Map<String, Set<String>>> SAMPLES = samples();

    private static Map<String, Map<String, Set<String>>> samples() {
        Map<String, Map<String, Set<String>>> samples = new HashMap<>();
        new Meters()
                .registry
                .scrape()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> {
                    String name = line.split("[{ ]", 2)[0];
                    Map<String, Set<String>> labels = samples.computeIfAbsent(name, key -> new HashMap<>());
                    Matcher label = LABEL.matcher(line);
                    while (label.find()) {
                        labels.computeIfAbsent(label.group(1), key -> new HashSet<>())
                                .add(label.group(2));
                    }
                });
        return samples;
    }

    @Test
    void alertsAskForWhatIsThere() throws IOException {
        List<String> wrong = new ArrayList<>();
        List<String> expressions = alerts();

        expressions.forEach(expression -> check(expression, wrong));

        assertThat(expressions).hasSizeGreaterThan(10);
        assertThat(wrong).isEmpty();
    }

    @Test
    void theDashboardAsksForWhatIsThere() throws IOException {
        List<String> wrong = new ArrayList<>();
        List<String> expressions = new ArrayList<>();

        targets((expression, legend) -> {
            expressions.add(expression);
            check(expression, wrong);
            Matcher named = LEGEND.matcher(legend);
            while (named.find()) {
                if (!grouped(expression).contains(named.group(1))) {
                    wrong.add("legend " + legend + " of " + expression);
                }
            }
        });

        assertThat(expressions).hasSizeGreaterThan(25);
        assertThat(wrong).isEmpty();
    }

    @Test
    void theDashboardCanBeImportedAnywhere() throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());

        assertThat(dashboard.at("/templating/list/0/type").asText()).isEqualTo("datasource");
        assertThat(new TreeSet<>(dashboard.path("panels").findValuesAsText("uid")))
                .containsExactly("${datasource}");
        List<Integer> ids = new ArrayList<>();
        dashboard.path("panels").forEach(panel -> ids.add(panel.path("id").intValue()));
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(dashboard.path("id").isMissingNode())
                .as("an id of somebody's database")
                .isTrue();
    }

    @Test
    void everyAlertSaysWhatItMeans() throws IOException {
        for (JsonNode rule : rules()) {
            assertThat(rule.at("/annotations/summary").asText())
                    .as(rule.path("alert").asText())
                    .isNotBlank();
            assertThat(rule.at("/labels/severity").asText()).isIn("critical", "warning", "info");
        }
    }

    /** Whoever is woken by an alert finds it in the guide. */
    @Test
    void theGuideKnowsEveryAlertAndNoOther() throws IOException {
        Set<String> named = new TreeSet<>();
        Matcher name = ALERT.matcher(Files.readString(GUIDE));
        while (name.find()) {
            named.add(name.group(1));
        }

        assertThat(named)
                .isEqualTo(new TreeSet<>(rules().stream()
                        .map(rule -> rule.path("alert").asText())
                        .toList()));
    }

    /** For {@code .ci/monitoring}: one expression a line, variables filled in. */
    @Test
    void queriesAreWrittenDownForARunningGateway() throws IOException {
        List<String> lines = new ArrayList<>(alerts());
        targets((expression, legend) -> lines.add(expression));

        Files.createDirectories(QUERIES.getParent());
        Files.write(
                QUERIES,
                lines.stream()
                        .map(line -> line.replace("$__rate_interval", "1m")
                                .replaceAll("\\$(namespace|job)", ".*")
                                .replaceAll("\\s+", " ")
                                .strip())
                        .toList());

        assertThat(Files.readString(QUERIES)).doesNotContain("$");
    }

    private static List<JsonNode> rules() throws IOException {
        List<JsonNode> rules = new ArrayList<>();
        JsonNode groups = new ObjectMapper(new YAMLFactory())
                .readTree(RULES.toFile())
                .path("spec")
                .path("groups");
        groups.forEach(group -> group.path("rules").forEach(rules::add));
        return rules;
    }

    private static List<String> alerts() throws IOException {
        return rules().stream().map(rule -> rule.path("expr").asText()).toList();
    }

    private static void targets(BiConsumer<String, String> each) throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
        for (JsonNode target : dashboard.findParents("expr")) {
            each.accept(
                    target.path("expr").asText(), target.path("legendFormat").asText());
        }
    }

    private static void check(String expression, List<String> wrong) {
        Matcher selector = SELECTOR.matcher(expression);
        Set<String> labels = new HashSet<>(ADDED);
        while (selector.find()) {
            Map<String, Set<String>> sample = SAMPLES.get(selector.group(1));
            if (sample == null) {
                wrong.add("no such series: " + selector.group(1));
                continue;
            }
            labels.addAll(sample.keySet());
            Matcher matcher = MATCHER.matcher(selector.group(2) == null ? "" : selector.group(2));
            while (matcher.find()) {
                if (!ADDED.contains(matcher.group(1)) && !matches(sample, matcher)) {
                    wrong.add("nothing matches %s in %s".formatted(matcher.group(), selector.group(1)));
                }
            }
        }
        grouped(expression).stream()
                .filter(label -> !labels.contains(label))
                .forEach(label -> wrong.add("no label %s in %s".formatted(label, expression)));
    }

    /** Each value of an alternative must exist, since one that does not is a slip. */
    private static boolean matches(Map<String, Set<String>> sample, Matcher matcher) {
        Set<String> values = sample.getOrDefault(matcher.group(1), Set.of());
        if (!matcher.group(2).endsWith("~")) {
            return values.contains(matcher.group(3));
        }
        for (String alternative : matcher.group(3).split("\\|")) {
            if (values.stream().noneMatch(value -> value.matches(alternative))) {
                return false;
            }
        }
        return true;
    }

    private static Set<String> grouped(String expression) {
        Set<String> labels = new HashSet<>();
        Matcher grouping = GROUPING.matcher(expression);
        while (grouping.find()) {
            for (String label : grouping.group(1).split(",")) {
                labels.add(label.strip());
            }
        }
        return labels;
    }
}
